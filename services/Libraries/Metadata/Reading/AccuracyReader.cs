using Panoramax.Metadata.Cameras;
using Panoramax.Metadata.Tags;

namespace Panoramax.Metadata.Reading;

/// <summary>Accuracy of the position in metres (metadata rules 1.8).</summary>
internal static class AccuracyReader
{
    /// <summary>Metres per unit of dilution of precision, without and with a differential receiver.</summary>
    private const double PlainMetresPerDop = 3;
    private const double DifferentialMetresPerDop = 1;
    private const double DifferentialMetres = 2;

    public static double? Read(TagMap tags, string? make, Camera? camera, List<string> warnings)
    {
        if (EitherGroup(tags, "GPSHPositioningError") is { } error) return Math.Round(error, 2);
        var differential = EitherGroup(tags, "GPSDifferential") is 1;
        double? estimate = null;
        if (EitherGroup(tags, "GPSDOP") is { } dop && Math.Round(dop, 2) > 0)
        {
            estimate = Math.Round(Math.Round(dop, 2) * (differential ? DifferentialMetresPerDop : PlainMetresPerDop), 2);
        }
        else if (differential)
        {
            estimate = DifferentialMetres;
        }

        estimate ??= camera?.GpsAccuracyMetres ?? CameraTable.AccuracyOfMake(make);
        warnings.Add(estimate is null ? MetadataWarnings.AccuracyUnknown : MetadataWarnings.AccuracyEstimated);
        return estimate;
    }

    private static double? EitherGroup(TagMap tags, string name) => tags.NumberOrFraction($"Exif.GPSInfo.{name}") ?? tags.NumberOrFraction($"Xmp.exif.{name}");
}

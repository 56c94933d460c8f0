using Panoramax.Domain.Pictures;
using Panoramax.Metadata.Cameras;
using Panoramax.Metadata.Reading;
using Panoramax.Metadata.Tags;

namespace Panoramax.Metadata;

/// <summary>Reads what a picture says of itself, by the rules of the API. No pixel is decoded.</summary>
public static class MetadataReader
{
    /// <summary>
    /// Reads the headers of a JPEG picture (of a progressive one, all scans are counted).
    /// </summary>
    /// <param name="jpeg">Seekable; read from its start. Its position is undefined afterwards.</param>
    /// <param name="maxPixels">Larger pictures are refused; see <see cref="JpegHeader.Read"/>.</param>
    /// <exception cref="MetadataRefused">No picture, or without usable position or time, or with impossible values.</exception>
    public static PictureMetadata Read(Stream jpeg, long maxPixels = 150_000_000, long maxProgressivePixels = 120_000_000)
    {
        JpegHeader header;
        TagMap tags;
        try
        {
            header = JpegHeader.Read(jpeg, maxPixels, maxProgressivePixels);
            tags = TagMap.Read(jpeg);
        }
        catch (NotAPicture reason)
        {
            throw new MetadataRefused(reason);
        }

        return Read(header, tags);
    }

    /// <summary>EXIF orientation of a JPEG picture, 1 to 8; 1 when it says none or an unknown one. Needs no other tag.</summary>
    /// <param name="jpeg">Seekable; read from its start. Its position is undefined afterwards.</param>
    /// <exception cref="NotAPicture">The segments do not fit into the file.</exception>
    public static int ReadOrientation(Stream jpeg) =>
        JpegMetadata.Read(jpeg).Exif is { } exif && ExifBlock.Read(exif)?.NumberOf(ExifGroup.Image, ExifBlock.Orientation) is { } orientation and >= 1 and <= 8
            ? (int)orientation
            : 1;

    /// <summary>Reads again what <see cref="PictureMetadata.Exif"/> kept of a picture, by the rules of this build.</summary>
    /// <param name="storedTags">Tags under exiv2's names, as they were stored.</param>
    /// <param name="width">Pixels.</param>
    /// <exception cref="MetadataRefused">They hold no usable position or time.</exception>
    public static PictureMetadata ReadStored(IReadOnlyDictionary<string, string> storedTags, int width, int height) =>
        Read(new JpegHeader(width, height, Components: 3, Progressive: false), TagMap.OfStored(storedTags));

    private static PictureMetadata Read(JpegHeader header, TagMap tags)
    {
        var warnings = new List<string>();
        var position = PositionReader.Read(tags, warnings);
        var times = TimeReader.Read(tags, position, warnings);
        var crop = ProjectionReader.ReadCrop(tags);
        Refuse(position, times.Chosen);

        var heading = ReadHeading(tags);
        if (heading is null) warnings.Add(MetadataWarnings.NoHeading);
        var (make, model) = ReadCamera(tags);
        if (make is null && model is null) warnings.Add(MetadataWarnings.NoMakeModel);
        var camera = CameraTable.Find(make, model);
        var type = ProjectionReader.ReadType(tags, crop, camera, header);
        var focalLength = OpticsReader.FocalLength(tags);
        if (focalLength is null && type != PictureType.Equirectangular) warnings.Add(MetadataWarnings.NoFocal);
        var sensorWidth = OpticsReader.SensorWidth(tags, camera, header);
        var accuracy = AccuracyReader.Read(tags, make, camera, warnings);

        return new PictureMetadata
        {
            Longitude = position!.Value.Longitude,
            Latitude = position.Value.Latitude,
            Timestamp = times.Chosen!.Value.Time,
            TimeZone = times.Chosen.Value.Zone,
            GpsTimestamp = times.Gps?.Time,
            CameraTimestamp = times.Camera?.Time,
            HeadingDegrees = heading,
            YawDegrees = Angle(tags, "Yaw", "PoseHeadingDegrees"),
            PitchDegrees = Angle(tags, "Pitch", "PosePitchDegrees"),
            RollDegrees = Angle(tags, "Roll", "PoseRollDegrees"),
            Make = make,
            Model = model,
            FocalLengthMm = focalLength,
            SensorWidthMm = sensorWidth,
            FieldOfViewDegrees = OpticsReader.FieldOfView(tags, type, focalLength, sensorWidth),
            AltitudeMetres = ReadAltitude(tags),
            GpsAccuracyMetres = accuracy,
            Type = type,
            Crop = crop,
            Width = header.Width,
            Height = header.Height,
            Orientation = tags.Integer("Exif.Image.Orientation") is { } orientation and >= 1 and <= 8 ? orientation : 1,
            Exif = tags.Tags,
            Warnings = warnings,
        };
    }

    /// <summary>Missing position and date are reported together.</summary>
    private static void Refuse(Position? position, CaptureTime? time)
    {
        if (position is not null && time is not null) return;
        var problems = new List<MetadataProblem>(2);
        var missing = new List<string>(2);
        if (position is null) problems.Add(new MetadataProblem(MetadataTexts.NoPosition));
        if (time is null)
        {
            problems.Add(new MetadataProblem(MetadataTexts.NoDate));
            missing.Add("datetime");
        }

        if (position is null) missing.Add("location");
        throw new MetadataRefused(RefusalKind.Partial, problems, missing);
    }

    /// <summary>Rounded half to even; 360 stays. What lies outside of one turn is brought into it: clients expect 0 to 360.</summary>
    private static int? ReadHeading(TagMap tags)
    {
        var heading = tags.Fraction("Exif.GPSInfo.GPSImgDirection")?.Value ?? tags.Number("MAPCompassHeading.TrueHeading");
        if (heading is not (> -1_000_000 and < 1_000_000)) return null;
        var degrees = (int)Math.Round(heading.Value, MidpointRounding.ToEven);
        return degrees is >= 0 and <= 360 ? degrees : (degrees % 360 + 360) % 360;
    }

    private static int? ReadAltitude(TagMap tags)
    {
        var altitude = tags.Fraction("Exif.GPSInfo.GPSAltitude")?.Value;
        if (altitude is not (> -1_000_000 and < 1_000_000)) return null;
        var metres = (int)Math.Round(altitude.Value, MidpointRounding.ToEven);
        return tags.Text("Exif.GPSInfo.GPSAltitudeRef") == "1" ? -metres : metres;
    }

    private static double? Angle(TagMap tags, string pix4dName, string panoramaName) =>
        tags.NumberOrFraction($"Xmp.Camera.{pix4dName}") ?? tags.NumberOrFraction($"Xmp.GPano.{panoramaName}");

    private static (string? Make, string? Model) ReadCamera(TagMap tags)
    {
        var make = tags.Text("Exif.Image.Make") ?? tags.Text("MAPDeviceMake");
        var model = tags.Text("Exif.Image.Model") ?? tags.Text("MAPDeviceModel");
        if (make is not null && model is not null && model.Length > make.Length && model.StartsWith(make, StringComparison.Ordinal))
        {
            model = model.Replace(make, "", StringComparison.Ordinal).Trim();
        }

        return (make, model is { Length: 0 } ? null : model);
    }
}

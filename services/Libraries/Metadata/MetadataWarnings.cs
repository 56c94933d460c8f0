namespace Panoramax.Metadata;

/// <summary>Keys of what the reader had to assume or to skip (<c>PictureMetadata.Warnings</c>); their texts: <see cref="MetadataTexts"/>.</summary>
public static class MetadataWarnings
{
    public const string AssumedNorth = "assumed-north";
    public const string AssumedEast = "assumed-east";
    public const string GpsDateSkipped = "gps-date-skipped";
    public const string GpsTimeUnsupported = "gps-time-unsupported";
    public const string MapillaryDateSkipped = "mapillary-date-skipped";
    public const string OriginalDateSkipped = "original-date-skipped";
    public const string SubsecondMismatch = "subsecond-mismatch";
    public const string UtcFallbackNoPosition = "utc-fallback-no-position";
    public const string NoHeading = "no-heading";
    public const string NoMakeModel = "no-make-model";
    public const string NoFocal = "no-focal";
    public const string AccuracyEstimated = "accuracy-estimated";
    public const string AccuracyUnknown = "accuracy-unknown";
}

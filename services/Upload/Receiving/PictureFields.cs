using Panoramax.Http.Values;
using Panoramax.Metadata;
using Panoramax.Upload.Annotations;

namespace Panoramax.Upload.Receiving;

/// <summary>What a sender says about a picture beside its bytes.</summary>
/// <param name="IsBlurred">The sender blurred it already.</param>
/// <param name="Overrides">Values to be written into the picture before it is read.</param>
/// <param name="Tags">Tags and annotations that come with it.</param>
internal sealed record PictureFields(bool IsBlurred, MetadataOverrides Overrides, SentTags Tags)
{
    private const string OverridePrefix = "override_";

    /// <param name="strictBlurred">The older way in takes only <c>true</c> and <c>false</c>.</param>
    /// <exception cref="Http.Errors.ApiError">400: a bad value; only one coordinate.</exception>
    public static PictureFields Read(IReadOnlyDictionary<string, string> texts, bool strictBlurred = false)
    {
        // Forms send an empty text for a field that was left out.
        var fields = RequestFields.OfForm(texts.Where(field => field.Value.Trim().Length > 0));
        var captureTime = ReadCaptureTime(fields, texts);
        var latitude = fields.Number("override_latitude", -90, 90);
        var longitude = fields.Number("override_longitude", -180, 180);
        var blurred = strictBlurred ? fields.OneOf("isBlurred", ["true", "false"]) == "true" : fields.Bool("isBlurred") ?? false;
        var tags = texts
            .Where(field => field.Key.StartsWith("override_Exif.", StringComparison.Ordinal) || field.Key.StartsWith("override_Xmp.", StringComparison.Ordinal))
            .ToDictionary(field => field.Key[OverridePrefix.Length..], field => field.Value);
        var pictureTags = SentTags.Read(fields);
        fields.ThrowIfFaulty();

        if (latitude is null != longitude is null) throw UploadErrors.LatitudeWithoutLongitude();
        return new PictureFields(blurred, new MetadataOverrides(captureTime, longitude, latitude, tags), pictureTags);
    }

    private static CaptureTimeOverride? ReadCaptureTime(RequestFields fields, IReadOnlyDictionary<string, string> texts)
    {
        const string field = "override_capture_time";
        if (!fields.Has(field)) return null;
        try
        {
            return MetadataOverrides.ParseCaptureTime(texts[field]);
        }
        catch (OverrideRefused reason)
        {
            fields.Fault(field, reason.Message);
            return null;
        }
    }
}

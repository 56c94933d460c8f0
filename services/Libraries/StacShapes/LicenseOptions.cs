namespace Panoramax.StacShapes;

/// <summary>Section <c>Instance:License</c>: the license of all pictures, both values or none.</summary>
public sealed class LicenseOptions
{
    public const string Section = "Instance:License";

    public string? SpdxId { get; set; }

    public string? Url { get; set; }

    public bool IsSet => !string.IsNullOrEmpty(SpdxId);

    /// <summary>The SPDX id, <c>proprietary</c> without one.</summary>
    public string Name => IsSet ? SpdxId! : "proprietary";

    /// <summary>The link that each catalog, collection and item carries, null without a license.</summary>
    public LinkJson? Link() => IsSet ? new LinkJson("license", null, Url!, $"License for this object ({SpdxId})") : null;
}

using System.ComponentModel.DataAnnotations;

namespace Panoramax.PictureWorker;

/// <summary>Settings below <c>Imaging:</c>.</summary>
internal sealed class ImagingOptions
{
    public const string Section = "Imaging";

    /// <summary>Pixels; larger pictures are not decoded.</summary>
    [Range(1, 1_000_000_000)]
    public long MaxPixels { get; set; } = 150_000_000;

    /// <summary>Pixels of progressive pictures, of which decoders keep all coefficients in memory.</summary>
    [Range(1, 1_000_000_000)]
    public long MaxProgressivePixels { get; set; } = 120_000_000;

    /// <summary>Seconds that one picture may take; looked at between steps. What takes longer counts as a failed try.</summary>
    [Range(1, 1500)]
    public int Deadline { get; set; } = 120;
}

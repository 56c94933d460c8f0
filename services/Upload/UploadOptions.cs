using System.ComponentModel.DataAnnotations;

namespace Panoramax.Upload;

/// <summary>Section <c>Upload</c>.</summary>
internal sealed class UploadOptions
{
    public const string Section = "Upload";

    /// <summary>True: nobody uploads without an account. False: anonymous pictures belong to the default account.</summary>
    public bool RequireLogin { get; set; }

    /// <summary>Largest file in bytes; default 100 MiB.</summary>
    [Range(1, 100_000_000_000)]
    public long MaxFileBytes { get; set; } = 100 * 1024 * 1024;

    /// <summary>Files being received at the same time.</summary>
    [Range(1, 10_000)]
    public int ConcurrentFiles { get; set; } = 8;

    /// <summary>Requests that wait for their turn; beyond, they get 503.</summary>
    [Range(0, 100_000)]
    public int WaitingFiles { get; set; } = 64;

    /// <summary>Longest time that one file may take to arrive, however steadily it comes: it holds a place that others wait for.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan LongestReception { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Folder of the files being received; unset: the system's temporary folder.</summary>
    public string? TempFolder { get; set; }

    /// <summary>True: the same bytes may be a picture of several upload sets.</summary>
    public bool AcceptDuplicates { get; set; }
}

/// <summary>The part of section <c>Imaging</c> that is looked at before a file is taken.</summary>
internal sealed class PixelLimits
{
    public const string Section = "Imaging";

    /// <summary>Pixels.</summary>
    [Range(1, 1_000_000_000)]
    public long MaxPixels { get; set; } = 150_000_000;

    /// <summary>Pixels of a progressive JPEG, whose decoding takes more memory.</summary>
    [Range(1, 1_000_000_000)]
    public long MaxProgressivePixels { get; set; } = 120_000_000;
}

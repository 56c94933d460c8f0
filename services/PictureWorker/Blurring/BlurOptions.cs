using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Panoramax.Imaging.Detection;

namespace Panoramax.PictureWorker.Blurring;

/// <summary>Who hides faces and number plates.</summary>
internal enum BlurKind
{
    /// <summary>Detectors in this process.</summary>
    Detect,

    /// <summary>A service with the HTTP interface of upstream's blur service.</summary>
    Remote,

    /// <summary>Nobody: pictures are published as they come.</summary>
    None,
}

/// <summary>Settings below <c>Blur:</c>.</summary>
internal sealed class BlurOptions
{
    public const string Section = "Blur";

    public BlurKind Kind { get; set; } = BlurKind.Detect;

    /// <summary><c>Detect</c> only: folder of the detectors' models; default: <c>models</c> beside the program.</summary>
    public string Models { get; set; } = Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary><c>Detect</c> only: how thoroughly is searched, and models of the operator's own.</summary>
    public DetectionOptions Detection { get; set; } = new();

    /// <summary><c>Remote</c> only: base address of the service; <c>/blur/</c> is added to it.</summary>
    public string? Url { get; set; }

    /// <summary><c>Remote</c> only: the longest wait for one picture.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary><c>Remote</c> only: asks the service to keep what it blurs, and stores the id it gives for that.</summary>
    public bool KeepUnblurredParts { get; set; }
}

internal sealed class BlurOptionsCheck : IValidateOptions<BlurOptions>
{
    public ValidateOptionsResult Validate(string? name, BlurOptions options) => Mistake(options) is { } mistake
        ? ValidateOptionsResult.Fail(mistake)
        : ValidateOptionsResult.Success;

    private static string? Mistake(BlurOptions options) => options.Kind switch
    {
        BlurKind.None => null,
        BlurKind.Detect => MistakeIn(options.Detection, "Blur:Detection")
            ?? options.Detection.Own.Select((own, index) => MistakeIn(own, $"Blur:Detection:Own:{index}")).FirstOrDefault(mistake => mistake is not null),
        BlurKind.Remote when !Uri.TryCreate(options.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") =>
            $"Blur:Url is '{options.Url}', which is no address of a blur service, though Blur:Kind is Remote",
        BlurKind.Remote when options.Timeout <= TimeSpan.Zero => "Blur:Timeout must be longer than nothing",
        BlurKind.Remote => null,
    };

    private static string? MistakeIn(object options, string section)
    {
        var mistakes = new List<ValidationResult>();
        return Validator.TryValidateObject(options, new ValidationContext(options), mistakes, validateAllProperties: true)
            ? null
            : $"{section}:{mistakes[0].MemberNames.FirstOrDefault()}: {mistakes[0].ErrorMessage}";
    }
}

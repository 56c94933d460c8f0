using Microsoft.Extensions.Configuration;

namespace Panoramax.Admin.Commands.Checks;

/// <summary>Who blurs: are the models there, or does the service answer.</summary>
internal static class BlurCheck
{
    private const string About = "blurring";

    /// <summary>Files in the folder of models; a test holds them against what the detectors load.</summary>
    internal static IReadOnlyList<string> Models { get; } = ["faces.onnx", "small-faces.onnx", "vehicles.onnx", "text.onnx", "characters.onnx"];

    public static async Task Run(IConfiguration configuration, string? process, Findings findings, CancellationToken cancel)
    {
        if (process is not (null or "picture-worker")) return;
        var kind = configuration["Blur:Kind"] is { Length: > 0 } given ? given : "Detect";
        if (process is null && !configuration.GetSection("Blur").Exists()) return;

        if (string.Equals(kind, "None", StringComparison.OrdinalIgnoreCase))
        {
            findings.ToMend(About, "Blur:Kind is None: pictures are published as they come", "leave it only if that is meant; else Detect, or Remote with Blur:Url");
            return;
        }

        if (string.Equals(kind, "Detect", StringComparison.OrdinalIgnoreCase))
        {
            var folder = configuration["Blur:Models"] is { Length: > 0 } named ? named : Path.Combine(AppContext.BaseDirectory, "models");
            var missing = Models.Where(model => !File.Exists(Path.Combine(folder, model))).ToList();
            if (missing.Count == 0) findings.Good(About, $"the detectors' models are in {folder}");
            else findings.ToMend(About, $"{folder} lacks {string.Join(", ", missing)}", "run deploy/models/fetch.sh and set Blur:Models to the folder (images have them inside)");
            return;
        }

        if (!Uri.TryCreate(configuration["Blur:Url"], UriKind.Absolute, out var address))
        {
            findings.ToMend(About, "Blur:Kind is Remote, but Blur:Url is not set", "set Blur:Url to the address of the blur service");
            return;
        }

        try
        {
            // Any answer of HTTP will do: a service may have no page at its root.
            using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
            using var answer = await client.GetAsync(address, cancel);
            if ((int)answer.StatusCode is 502 or 503 or 504)
                findings.ToMend(About, $"{address.Host} answers {(int)answer.StatusCode}", "start the service behind it; pictures wait meanwhile and none is published unblurred");
            else findings.Good(About, $"the service at {address.Host}:{address.Port} answers");
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !cancel.IsCancellationRequested)
        {
            findings.ToMend(About, $"{address.Host}:{address.Port}: {error.Message}", "start the blur service or correct Blur:Url; pictures wait meanwhile and none is published unblurred");
        }
    }
}

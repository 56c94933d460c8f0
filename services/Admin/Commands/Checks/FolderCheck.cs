using Microsoft.Extensions.Configuration;

namespace Panoramax.Admin.Commands.Checks;

/// <summary>Folders of this machine that a process writes to: there, writable, with room.</summary>
internal static class FolderCheck
{
    private const long LittleBytes = 1_000_000_000;

    public static async Task Run(IConfiguration configuration, string? process, Findings findings, CancellationToken cancel)
    {
        if (process is null or "upload" && configuration["Upload:TempFolder"] is { Length: > 0 } temp)
            await Try("receiving folder", temp, "Upload:TempFolder", findings, cancel);
    }

    private static async Task Try(string about, string folder, string setting, Findings findings, CancellationToken cancel)
    {
        var probe = Path.Combine(folder, $".check-{Guid.NewGuid():N}");
        try
        {
            await File.WriteAllTextAsync(probe, "check", cancel);
            File.Delete(probe);
            var free = new DriveInfo(folder).AvailableFreeSpace;
            if (free < LittleBytes) findings.ToMend(about, $"{folder} has {free / 1_000_000} MB left", "make room: below 1 GB large uploads fail with 507");
            else findings.Good(about, $"{folder} can be written to, {free / 1_000_000_000} GB left");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            findings.ToMend(about, error.Message, $"make the folder of {setting} and let the process's user write to it");
        }
    }
}

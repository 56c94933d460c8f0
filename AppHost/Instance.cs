using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Panoramax.AppHost;

/// <summary>Where an instance keeps its pictures.</summary>
internal enum PictureStorage
{
    Folder,
    S3,
}

/// <summary>What is particular to one running instance: section <c>Panoramax</c> of the AppHost's settings.</summary>
/// <param name="Repository">Folder that holds <c>Panoramax.sln</c>.</param>
/// <param name="Data"><c>Panoramax:Data</c>, default <c>.panoramax</c> in the repository: everything the instance writes.</param>
/// <param name="Port"><c>Panoramax:Port</c>, default 5000: the gateway, on localhost only.</param>
/// <param name="Storage">
/// <c>Panoramax:Storage</c>: <c>folder</c> or <c>s3</c>. Unset it is the folder store, except on containers, where it is MinIO.
/// </param>
/// <param name="Login"><c>Panoramax:Login</c>: whether the development identity provider runs too.</param>
internal sealed record Instance(string Repository, string Data, int Port, PictureStorage? Storage, bool Login)
{
    public static Instance Read(IConfiguration settings)
    {
        var repository = FindRepository();
        var mine = settings.GetSection("Panoramax");
        return new Instance(
            repository,
            Path.GetFullPath(mine["Data"] is { Length: > 0 } data ? data : Path.Combine(repository, ".panoramax")),
            mine["Port"] is { Length: > 0 } port ? int.Parse(port, CultureInfo.InvariantCulture) : 5000,
            mine["Storage"] is { Length: > 0 } storage ? Enum.Parse<PictureStorage>(storage, ignoreCase: true) : null,
            mine["Login"] is { Length: > 0 } login && bool.Parse(login));
    }

    /// <summary>URL of a path as clients see it.</summary>
    public string Address(string path) => FormattableString.Invariant($"http://localhost:{Port}{path}");

    /// <summary>A folder below <see cref="Data"/>, made when missing.</summary>
    public string Folder(string name) => Directory.CreateDirectory(Path.Combine(Data, name)).FullName;

    private static string FindRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Panoramax.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("The AppHost runs from the repository's build output, but no folder above holds Panoramax.sln");
    }
}

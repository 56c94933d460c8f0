namespace Panoramax.Testing.Pictures;

/// <summary>
/// The shared set of real pictures beside the repository (<c>../shared/pictures</c>), where it is there.
/// Its files are used in place and never copied into the repository.
/// </summary>
public static class SharedPictures
{
    /// <summary>Folder that holds <c>Panoramax.sln</c>.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>Folder of the shared pictures, or null when this machine does not have them.</summary>
    public static string? Folder { get; } = ExistingFolder(Path.Combine(RepositoryRoot, "..", "shared", "pictures"));

    /// <summary>Folder of the public JSON Schemas, or null when this machine does not have them.</summary>
    public static string? Schemas { get; } = ExistingFolder(Path.Combine(RepositoryRoot, "..", "shared", "schemas"));

    private static string? ExistingFolder(string path) => Directory.Exists(path) ? Path.GetFullPath(path) : null;

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Panoramax.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("Tests run from the repository's build output, but no folder above holds Panoramax.sln");
    }
}

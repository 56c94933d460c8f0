using System.Xml.Linq;
using Panoramax.Testing.Pictures;

namespace Panoramax.UnitTests.ProjectRules;

/// <summary>A project file of the repository, as far as the rules look at it.</summary>
internal sealed record ProjectFile(string Path, IReadOnlyList<string> ProjectReferences, IReadOnlyList<XElement> PackageReferences)
{
    /// <summary>Short name: <c>Panoramax.Domain</c> is <c>Domain</c>.</summary>
    public string Name => ShortName(Path);

    /// <summary>Path from the repository's root, with slashes.</summary>
    public string RelativePath => System.IO.Path.GetRelativePath(SharedPictures.RepositoryRoot, Path).Replace('\\', '/');

    public bool IsProduction => !((string[])["tests/", "AppHost/", "deploy/"]).Any(folder => RelativePath.StartsWith(folder, StringComparison.Ordinal));

    public static IReadOnlyList<ProjectFile> All { get; } =
        [.. FilesNamed("*.csproj").Select(Read).OrderBy(project => project.RelativePath, StringComparer.Ordinal)];

    /// <summary>Source files of the repository by pattern; build output and packages do not count.</summary>
    public static IEnumerable<string> FilesNamed(string pattern) =>
        Directory.EnumerateFiles(SharedPictures.RepositoryRoot, pattern, SearchOption.AllDirectories)
            .Where(path => !System.IO.Path.GetRelativePath(SharedPictures.RepositoryRoot, path)
                .Split(System.IO.Path.DirectorySeparatorChar)
                .Any(part => part is "artifacts" or "bin" or "obj" or "node_modules" or ".git"));

    private static ProjectFile Read(string path)
    {
        var root = XDocument.Load(path).Root!;
        return new ProjectFile(
            path,
            [.. root.Descendants("ProjectReference").Select(reference => ShortName(reference.Attribute("Include")!.Value.Replace('\\', '/')))],
            [.. root.Descendants("PackageReference")]);
    }

    private static string ShortName(string path) =>
        System.IO.Path.GetFileNameWithoutExtension(path).Replace("Panoramax.", "", StringComparison.Ordinal);
}

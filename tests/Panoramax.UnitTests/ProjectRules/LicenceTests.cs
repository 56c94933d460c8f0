using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Panoramax.Testing.Pictures;

namespace Panoramax.UnitTests.ProjectRules;

/// <summary>
/// Whatever a running process is made of may be used, changed and passed on by anybody, and the list of it in
/// <c>deploy/licences.md</c> is complete. After a change of packages run this once with PANORAMAX_WRITE_LICENCES=1.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed partial class LicenceTests
{
    private const string Begin = "<!-- packages: written by LicenceTests -->";
    private const string End = "<!-- end of packages -->";

    /// <summary>Free licences (OSI or FSF) that ask for no more than a notice, or for changes to the licensed part itself.</summary>
    private static readonly string[] free =
        ["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "PostgreSQL", "MPL-2.0", "ISC", "0BSD", "Unlicense", "CC0-1.0", "CC-BY-4.0", "OFL-1.1", "Zlib", "LGPL-2.1-or-later"];

    /// <summary>Packages whose description names a file instead of a licence; the file was read.</summary>
    private static readonly Dictionary<string, string> read = new(StringComparer.Ordinal)
    {
        ["Microsoft.ML.OnnxRuntime"] = "MIT",
        ["Microsoft.ML.OnnxRuntime.Managed"] = "MIT",
        ["node_modules/@mapbox/jsonlint-lines-primitives"] = "MIT",
    };

    private static IReadOnlyList<(string Name, string Version, string Licence, string Processes)> Packages { get; } = Read();

    [Test]
    public void Every_package_of_a_process_has_a_free_licence()
    {
        Assert.That(Packages, Has.Count.GreaterThan(50));
        Assert.Multiple(() =>
        {
            foreach (var (name, _, licence, _) in Packages)
                Assert.That(Alternatives(licence).Any(parts => parts.All(free.Contains)), $"{name}: '{licence}'");
        });
    }

    [Test]
    public void What_comes_by_npm_has_a_free_licence()
    {
        foreach (var folder in (string[])["gateway/viewer", "deploy/models"])
        {
            using var locked = JsonDocument.Parse(File.ReadAllText(Path.Combine(SharedPictures.RepositoryRoot, folder, "package-lock.json")));
            foreach (var package in locked.RootElement.GetProperty("packages").EnumerateObject().Where(package => package.Name.Length > 0))
            {
                var licence = package.Value.TryGetProperty("license", out var named) ? named.GetString()! : read.GetValueOrDefault(package.Name, "none");
                Assert.That(Alternatives(licence).Any(parts => parts.All(free.Contains)), $"{folder}, {package.Name}: '{licence}'");
            }
        }
    }

    [Test]
    public void MassTransit_stays_below_the_version_that_changed_its_licence() =>
        Assert.That(Packages.Where(package => package.Name.StartsWith("MassTransit", StringComparison.Ordinal)).Select(package => package.Version), Is.Not.Empty.And.All.StartsWith("8."));

    [Test]
    public void The_list_is_complete()
    {
        var path = Path.Combine(SharedPictures.RepositoryRoot, "deploy", "licences.md");
        var text = File.ReadAllText(path);
        var table = "| package | version | licence | in |\n| --- | --- | --- | --- |\n"
            + string.Concat(Packages.Select(package => $"| {package.Name} | {package.Version} | {package.Licence} | {package.Processes} |\n"));
        var wanted = $"{Begin}\n{table}{End}";
        if (Environment.GetEnvironmentVariable("PANORAMAX_WRITE_LICENCES") == "1")
        {
            var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
            File.WriteAllText(path, text = text[..from] + wanted + text[(to + End.Length)..]);
        }

        Assert.That(text, Does.Contain(wanted), "run this test with PANORAMAX_WRITE_LICENCES=1");
        foreach (var model in (string[])["faces.onnx", "vehicles.onnx", "text.onnx"]) Assert.That(text, Does.Contain(model));
    }

    /// <summary>From the lock files of the processes (not of tests and development) and the packages' own descriptions.</summary>
    private static List<(string, string, string, string)> Read()
    {
        var processes = ProjectFile.All.Where(project => project.IsProduction && (project.RelativePath.StartsWith("gateway/", StringComparison.Ordinal)
            || (project.RelativePath.StartsWith("services/", StringComparison.Ordinal) && !project.RelativePath.StartsWith("services/Libraries/", StringComparison.Ordinal))));
        var used = new SortedDictionary<(string Name, string Version), SortedSet<string>>();
        foreach (var project in processes)
        {
            using var locked = JsonDocument.Parse(File.ReadAllText(Path.Combine(Path.GetDirectoryName(project.Path)!, "packages.lock.json")));
            foreach (var package in locked.RootElement.GetProperty("dependencies").EnumerateObject().SelectMany(framework => framework.Value.EnumerateObject()))
            {
                if (package.Value.GetProperty("type").GetString() == "Project" || IsOfTheBuild(package.Name)) continue;
                var key = (package.Name, package.Value.GetProperty("resolved").GetString()!);
                if (!used.TryGetValue(key, out var names)) used[key] = names = new(StringComparer.Ordinal);
                names.Add(project.Name);
            }
        }

        return [.. used.Select(pair => (pair.Key.Name, pair.Key.Version, Licence(pair.Key.Name, pair.Key.Version), string.Join(", ", pair.Value)))];
    }

    /// <summary>Analyzers run in the compiler and are in no process.</summary>
    private static bool IsOfTheBuild(string package) => package is "Meziantou.Analyzer" or "Microsoft.CodeAnalysis.BannedApiAnalyzers";

    private static string Licence(string name, string version)
    {
        if (read.TryGetValue(name, out var known)) return known;
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } given
            ? given
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var description = XDocument.Load(Path.Combine(packages, name.ToLowerInvariant(), version, name.ToLowerInvariant() + ".nuspec"));
        return description.Descendants().FirstOrDefault(element => element.Name.LocalName == "license" && element.Attribute("type")?.Value == "expression")?.Value ?? "unknown";
    }

    /// <summary>The licences of an SPDX expression: one of the alternatives is enough, of which each part must do.</summary>
    private static IEnumerable<string[]> Alternatives(string expression) =>
        Or().Split(expression.Trim('(', ')')).Select(part => And().Split(part.Trim('(', ')', ' ')));

    [GeneratedRegex(@"\s+OR\s+")]
    private static partial Regex Or();

    [GeneratedRegex(@"\s+AND\s+")]
    private static partial Regex And();
}

using System.Xml.Linq;
using Panoramax.Testing.Pictures;

namespace Panoramax.UnitTests.ProjectRules;

/// <summary>Who may know whom. A new arrow is a decision about the architecture: it belongs into this table first.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Domain"] = [],
        ["Metadata"] = ["Domain"],
        ["Imaging"] = ["Domain"],
        ["Database"] = ["Domain"],
        ["Storage"] = [],
        ["Messaging"] = ["Database"],
        ["Http"] = ["Domain", "Database"],
        ["StacShapes"] = ["Domain", "Database", "Storage", "Http"],
        ["ServiceDefaults"] = [],
        ["Stac"] = ["Domain", "Database", "Storage", "Http", "StacShapes", "ServiceDefaults"],
        ["Auth"] = ["Domain", "Database", "Http", "ServiceDefaults"],
        ["Upload"] = ["Domain", "Metadata", "Database", "Storage", "Messaging", "Http", "StacShapes", "ServiceDefaults"],
        ["PictureWorker"] = ["Domain", "Metadata", "Imaging", "Database", "Storage", "Messaging", "ServiceDefaults"],
        ["DispatchWorker"] = ["Domain", "Database", "Messaging", "ServiceDefaults"],
        ["Admin"] = ["Domain", "Database", "Storage", "Messaging", "Http", "ServiceDefaults"],
        ["Gateway"] = ["ServiceDefaults"],
    };

    private static IEnumerable<TestCaseData> Production() =>
        ProjectFile.All.Where(project => project.IsProduction).Select(project => new TestCaseData(project).SetArgDisplayNames(project.Name));

    [TestCaseSource(nameof(Production))]
    public void A_project_knows_only_those_it_may_know(object file)
    {
        var project = (ProjectFile)file;

        Assert.That(Allowed.Keys, Does.Contain(project.Name), "a new project needs a row in the table");
        Assert.That(project.ProjectReferences, Is.SubsetOf(Allowed[project.Name]));
    }

    [Test]
    public void Every_row_of_the_table_is_a_project() =>
        Assert.That(ProjectFile.All.Where(project => project.IsProduction).Select(project => project.Name), Is.EquivalentTo(Allowed.Keys));

    [Test]
    public void The_rules_of_the_domain_need_no_package()
    {
        var domain = ProjectFile.All.Single(project => project.Name == "Domain");

        Assert.That(domain.PackageReferences, Is.Empty);
        Assert.That(domain.ProjectReferences, Is.Empty);
    }

    [Test]
    public void The_mock_of_a_login_provider_is_known_to_tests_and_the_app_host_only()
    {
        foreach (var project in ProjectFile.All.Where(project => project.IsProduction))
        {
            Assert.That(project.PackageReferences.Select(Name), Has.None.StartsWith("OpenIddict"), project.Name);
            Assert.That(project.ProjectReferences, Has.None.EqualTo("DevelopmentLogin"), project.Name);
        }
    }

    [Test]
    public void Only_the_imaging_library_links_native_picture_code()
    {
        foreach (var project in ProjectFile.All.Where(project => project.IsProduction && project.Name != "Imaging"))
            Assert.That(project.PackageReferences.Select(Name).Where(IsNativePictureCode), Is.Empty, project.Name);

        static bool IsNativePictureCode(string package) =>
            package.StartsWith("OpenCvSharp", StringComparison.Ordinal) || package.StartsWith("Microsoft.ML.OnnxRuntime", StringComparison.Ordinal);
    }

    [Test]
    public void Every_version_is_stated_once_for_all_projects()
    {
        var central = XDocument.Load(Path.Combine(SharedPictures.RepositoryRoot, "Directory.Packages.props")).Root!
            .Descendants("PackageVersion").ToDictionary(Name, version => version.Attribute("Version")!.Value);

        Assert.That(central.Values, Has.All.Match(@"^\d+(\.\d+)+(-[0-9A-Za-z.]+)?$"), "no floating versions");
        foreach (var project in ProjectFile.All)
        foreach (var package in project.PackageReferences)
        {
            Assert.That(package.Attribute("Version") ?? package.Attribute("VersionOverride"), Is.Null, $"{project.Name}: {Name(package)}");
            Assert.That(package.Element("Version"), Is.Null, $"{project.Name}: {Name(package)}");
            Assert.That(central.Keys, Does.Contain(Name(package)), project.Name);
        }
    }

    [Test]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(SharedPictures.RepositoryRoot, "Panoramax.sln")).Replace('\\', '/');

        Assert.That(ProjectFile.All, Is.Not.Empty);
        foreach (var project in ProjectFile.All) Assert.That(solution, Does.Contain($"\"{project.RelativePath}\""));
    }

    [Test]
    public void Every_project_has_a_lock_file_and_none_holds_an_address()
    {
        foreach (var project in ProjectFile.All)
        {
            var lockFile = Path.Combine(Path.GetDirectoryName(project.Path)!, "packages.lock.json");
            Assert.That(lockFile, Does.Exist);
            Assert.That(File.ReadAllText(lockFile), Does.Not.Contain("http://").And.Not.Contain("https://"), project.Name);
        }
    }

    private static string Name(XElement package) => package.Attribute("Include")!.Value;
}

using System.Security.Cryptography;
using Panoramax.Testing.Pictures;

namespace Panoramax.UnitTests.Metadata;

/// <summary>The project's own pictures against their table.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class OwnPictureTests
{
    [TestCaseSource(nameof(Rows))]
    public void An_own_picture_is_read_as_its_table_says(IReadOnlyDictionary<string, string> row)
    {
        using var file = File.OpenRead(Path.Combine(OwnPictures.Folder, row["file"]));
        ExpectedReading.Check(row, file);
    }

    [TestCaseSource(nameof(Rows))]
    public void An_own_picture_has_the_bytes_of_its_table(IReadOnlyDictionary<string, string> row)
    {
        var bytes = File.ReadAllBytes(Path.Combine(OwnPictures.Folder, row["file"]));
        Assert.That(bytes, Has.Length.EqualTo(int.Parse(row["bytes"])));
        Assert.That(Convert.ToHexStringLower(SHA256.HashData(bytes)), Is.EqualTo(row["sha256"]));
    }

    [Test]
    public void The_table_names_every_picture_and_the_set_stays_small()
    {
        var files = Directory.EnumerateDirectories(OwnPictures.Folder, "own-*").SelectMany(Directory.EnumerateFiles).ToList();
        Assert.That(files.Select(file => Path.GetRelativePath(OwnPictures.Folder, file)), Is.EquivalentTo(ExpectedReading.Rows(OwnPictures.Folder).Select(row => row["file"])));
        Assert.That(files.Sum(file => new FileInfo(file).Length), Is.LessThan(1_500_000));
    }

    [Test]
    public void A_copy_comes_after_its_original_and_has_its_bytes()
    {
        var rows = ExpectedReading.Rows(OwnPictures.Folder).ToList();
        var copies = rows.Where(row => row["rejection"] == "file_duplicate").ToList();
        Assert.That(copies, Is.Not.Empty);
        foreach (var copy in copies)
            Assert.That(rows.FindIndex(row => row["sha256"] == copy["sha256"]), Is.LessThan(rows.IndexOf(copy)));
    }

    private static IEnumerable<TestCaseData> Rows() => ExpectedReading.Rows(OwnPictures.Folder).Select(row => new TestCaseData(row).SetArgDisplayNames(row["file"]));
}

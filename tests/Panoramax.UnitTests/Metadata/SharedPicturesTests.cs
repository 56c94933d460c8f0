using NUnit.Framework;
using Panoramax.Testing.Pictures;

namespace Panoramax.UnitTests.Metadata;

/// <summary>
/// Real pictures of many cameras against the values that another program read from them. Where the shared set is not
/// there, a made picture stands in, so that the comparison itself always runs.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class SharedPicturesTests
{
    [TestCaseSource(nameof(Rows))]
    public void A_real_picture_is_read_as_expected(IReadOnlyDictionary<string, string> row, Func<Stream> open)
    {
        using var file = open();
        ExpectedReading.Check(row, file);
    }

    private static IEnumerable<TestCaseData> Rows()
    {
        yield return new TestCaseData(MadeRow(), () => (Stream)new MemoryStream(TestJpeg.Make(
            640, 320, 48.8566, 2.3522, new DateTimeOffset(2024, 5, 14, 10, 15, 0, 77, TimeSpan.FromHours(2)), headingDegrees: 164, is360: true)))
            .SetArgDisplayNames("made picture");
        if (SharedPictures.Folder is not { } folder) yield break;
        foreach (var row in ExpectedReading.Rows(folder))
            yield return new TestCaseData(row, () => (Stream)File.OpenRead(Path.Combine(folder, row["file"]))).SetArgDisplayNames(row["file"]);
    }

    private static Dictionary<string, string> MadeRow() => new()
    {
        ["status"] = "accepted", ["rejection"] = "", ["missing_fields"] = "", ["lat"] = "48.8566", ["lon"] = "2.3522", ["ts_local"] = "2024-05-14T10:15:00.077+02:00",
        ["heading"] = "164", ["type"] = "equirectangular", ["crop"] = "", ["altitude"] = "", ["yaw"] = "", ["pitch"] = "", ["roll"] = "",
        ["make"] = "", ["model"] = "", ["focal_length"] = "", ["width"] = "640", ["height"] = "320", ["orientation"] = "",
    };
}

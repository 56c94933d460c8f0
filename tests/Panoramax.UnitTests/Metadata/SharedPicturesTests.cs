using System.Globalization;
using Microsoft.VisualBasic.FileIO;
using NUnit.Framework;
using Panoramax.Domain.Pictures;
using Panoramax.Metadata;
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
        if (row["rejection"] is "invalid_file" or "invalid_metadata")
        {
            var refused = Assert.Throws<MetadataRefused>(() => MetadataReader.Read(file))!;
            Assert.That(refused.Kind == RefusalKind.InvalidFile, Is.EqualTo(row["rejection"] == "invalid_file"), refused.Message);
            Assert.That(string.Join(';', refused.MissingFields), Is.EqualTo(row["missing_fields"]));
            return;
        }

        PictureMetadata read;
        try
        {
            read = MetadataReader.Read(file);
        }
        catch (MetadataRefused refused) when (row["status"] == "either")
        {
            Assert.That(refused.Text("en"), Is.Not.Empty);
            return;
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Latitude, Is.EqualTo(Number(row["lat"])).Within(1e-7));
            Assert.That(read.Longitude, Is.EqualTo(Number(row["lon"])).Within(1e-7));
            var local = DateTimeOffset.Parse(row["ts_local"], CultureInfo.InvariantCulture);
            Assert.That(read.Timestamp, Is.EqualTo(local));
            Assert.That(read.Timestamp.Offset, Is.EqualTo(local.Offset));
            Assert.That(read.HeadingDegrees, Is.EqualTo((int?)Number(row["heading"])));
            Assert.That(read.Type, Is.EqualTo(row["type"]));
            Assert.That(Text(read.Crop), Is.EqualTo(row["crop"]));
            Assert.That(read.AltitudeMetres, Is.EqualTo((int?)Number(row["altitude"])));
            Assert.That((read.YawDegrees, read.PitchDegrees, read.RollDegrees), Is.EqualTo((Number(row["yaw"]), Number(row["pitch"]), Number(row["roll"]))));
            Assert.That(read.Make ?? "", Is.EqualTo(row["make"]));
            Assert.That(read.Model ?? "", Is.EqualTo(row["model"]));
            Assert.That(read.FocalLengthMm, Number(row["focal_length"]) is { } focal ? Is.EqualTo(focal).Within(1e-6) : Is.Null);
            if (row["width"].Length > 0) Assert.That((read.Width, read.Height), Is.EqualTo(((int)Number(row["width"])!, (int)Number(row["height"])!)));
            Assert.That(read.Orientation, Is.EqualTo(Math.Max(1, (int)(Number(row["orientation"]) ?? 1))));
            Assert.That(read.Exif.Values, Has.None.Contains("\0"));
        }
    }

    private static IEnumerable<TestCaseData> Rows()
    {
        yield return new TestCaseData(MadeRow(), () => (Stream)new MemoryStream(TestJpeg.Make(
            640, 320, 48.8566, 2.3522, new DateTimeOffset(2024, 5, 14, 10, 15, 0, 77, TimeSpan.FromHours(2)), headingDegrees: 164, is360: true)))
            .SetArgDisplayNames("made picture");
        if (SharedPictures.Folder is not { } folder) yield break;
        using var parser = new TextFieldParser(Path.Combine(folder, "expected.csv")) { Delimiters = [","] };
        var names = parser.ReadFields()!;
        while (parser.ReadFields() is { } cells)
        {
            var row = names.Zip(cells).ToDictionary(cell => cell.First, cell => cell.Second);
            yield return new TestCaseData(row, () => (Stream)File.OpenRead(Path.Combine(folder, row["file"]))).SetArgDisplayNames(row["file"]);
        }
    }

    private static Dictionary<string, string> MadeRow() => new()
    {
        ["status"] = "accepted", ["rejection"] = "", ["missing_fields"] = "", ["lat"] = "48.8566", ["lon"] = "2.3522", ["ts_local"] = "2024-05-14T10:15:00.077+02:00",
        ["heading"] = "164", ["type"] = "equirectangular", ["crop"] = "", ["altitude"] = "", ["yaw"] = "", ["pitch"] = "", ["roll"] = "",
        ["make"] = "", ["model"] = "", ["focal_length"] = "", ["width"] = "640", ["height"] = "320", ["orientation"] = "",
    };

    private static double? Number(string cell) => cell.Length == 0 ? null : double.Parse(cell, CultureInfo.InvariantCulture);

    private static string Text(Crop? crop) => crop is null ? "" : $"{crop.FullWidth};{crop.FullHeight};{crop.Width};{crop.Height};{crop.Left};{crop.Top}";
}

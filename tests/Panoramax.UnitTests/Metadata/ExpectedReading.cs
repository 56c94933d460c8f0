using System.Globalization;
using Microsoft.VisualBasic.FileIO;
using Panoramax.Domain.Pictures;
using Panoramax.Metadata;

namespace Panoramax.UnitTests.Metadata;

/// <summary>What an <c>expected.csv</c> says of a picture against what is read from it.</summary>
internal static class ExpectedReading
{
    /// <summary>The lines of a set's table, cells by column.</summary>
    public static IEnumerable<IReadOnlyDictionary<string, string>> Rows(string folder)
    {
        using var parser = new TextFieldParser(Path.Combine(folder, "expected.csv")) { Delimiters = [","] };
        var names = parser.ReadFields()!;
        while (parser.ReadFields() is { } cells) yield return names.Zip(cells).ToDictionary(cell => cell.First, cell => cell.Second);
    }

    public static void Check(IReadOnlyDictionary<string, string> row, Stream file)
    {
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

    private static double? Number(string cell) => cell.Length == 0 ? null : double.Parse(cell, CultureInfo.InvariantCulture);

    private static string Text(Crop? crop) => crop is null ? "" : $"{crop.FullWidth};{crop.FullHeight};{crop.Width};{crop.Height};{crop.Left};{crop.Top}";
}

using Panoramax.Metadata;
using Panoramax.Testing.Pictures;

namespace Panoramax.ServiceTests.PictureWorker;

/// <summary>Real cameras' files through the whole preparation; a made set where the shared one is not there.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class SharedPictureTests
{
    [Test]
    public async Task Files_of_real_cameras_are_published_upright_with_their_tags_and_without_previews()
    {
        await using var workshop = await Workshop.Open();
        foreach (var (name, jpeg) in Files())
        {
            using var stream = new MemoryStream(jpeg);
            var type = name.StartsWith("pano", StringComparison.Ordinal) ? "equirectangular" : "flat";
            var orientation = MetadataReader.ReadOrientation(stream);
            var (width, height) = Jpegs.SizeOf(jpeg);
            if (orientation >= 5) (width, height) = (height, width);
            var id = await workshop.Receive(jpeg, type);

            await workshop.Prepare(id);

            var row = await workshop.Row(id);
            Assert.That(row.PreparingStatus, Is.EqualTo("prepared"), $"{name}: {(await workshop.History(id)).Single().Error}");
            Assert.That((row.Width, row.Height), Is.EqualTo((width, height)), name);
            var hd = (await workshop.Hd(id))!;
            var sd = (await workshop.Sd(id))!;
            Assert.That(Jpegs.SizeOf(hd), Is.EqualTo((width, height)), name);
            Assert.That(Jpegs.OrientationOf(hd), Is.EqualTo(1), name);
            Assert.That(PicturesInside(hd), Is.EqualTo(1), $"{name}: HD holds one picture");
            Assert.That(PicturesInside(sd), Is.EqualTo(1), $"{name}: SD holds one picture");
            Assert.That(Tags(hd), Is.EquivalentTo(Tags(jpeg)), name);
        }

        Assert.That(await Workshop.Keys(workshop.Stores.Incoming), Is.Empty);
    }

    private static IEnumerable<(string Name, byte[] Jpeg)> Files()
    {
        if (SharedPictures.Folder is not { } folder)
        {
            yield return ("made.jpg", TestJpeg.Make(640, 480, 48.8, 2.3, new DateTimeOffset(2024, 5, 14, 10, 15, 0, TimeSpan.Zero), 20));
            yield return ("pano_made.jpg", TestJpeg.Make(1024, 512, 48.8, 2.3, new DateTimeOffset(2024, 5, 14, 10, 15, 0, TimeSpan.Zero), 20, is360: true));
            yield break;
        }

        foreach (var path in (string[])[.. Directory.EnumerateFiles(Path.Combine(folder, "cameras")), .. Directory.EnumerateFiles(Path.Combine(folder, "odd"), "orientation_*"), Path.Combine(folder, "pano-sequence", "pano_01.jpg")])
            yield return (Path.GetFileName(path), File.ReadAllBytes(path));
    }

    /// <summary>Starts of JPEG pictures in a file: more than one is a preview.</summary>
    private static int PicturesInside(byte[] file)
    {
        var count = 0;
        for (var at = 0; at + 2 < file.Length; at++)
        {
            // A start, and a marker that may follow it.
            if (file[at] == 0xFF && file[at + 1] == 0xD8 && file[at + 2] == 0xFF) count++;
        }

        return count;
    }

    /// <summary>Place, time and camera, as far as the file has them.</summary>
    private static List<string> Tags(byte[] jpeg)
    {
        using var stream = new MemoryStream(jpeg);
        try
        {
            var read = MetadataReader.Read(stream);
            return [$"{read.Longitude:F6} {read.Latitude:F6}", $"{read.Timestamp:O}", $"{read.Make}", $"{read.Model}", $"{read.HeadingDegrees}", $"{read.Type}", $"{read.FocalLengthMm}"];
        }
        catch (MetadataRefused refused)
        {
            return [refused.Message];
        }
    }
}

using System.Globalization;
using OpenCvSharp;
using Panoramax.Database.Rows;
using Panoramax.Storage;
using Panoramax.Testing.Pictures;
using Panoramax.Testing.Processes;

namespace Panoramax.EndToEndTests.Pictures;

/// <summary>With faces and plates blurred, in the folder store: nobody is recognizable, and what was sent is nowhere any more.</summary>
[TestFixtureSource(nameof(Sets))]
public sealed class BlurredPictureSetTests(string set) : PictureSetConversation(set, StoreKind.Folder, "Detect")
{
    private readonly bool isShared = set == "shared";

    /// <summary>Grey values of a block of 8×8 that hold nothing deviate less than this.</summary>
    private const double FlatDeviation = 3;

    [Test]
    public async Task All_that_was_found_is_flat_in_the_published_file()
    {
        var blurred = (await Regions()).Where(picture => picture.Value.Count > 0).ToList();

        Assert.That(blurred, Is.Not.Empty, "a set in which nothing is found shows nothing");
        foreach (var (id, regions) in blurred)
        {
            using var grey = Grey(await Stored(StoreName.Permanent, PictureKeys.Picture(id)));
            foreach (var region in regions)
            {
                Assert.That(ShareOfFlatBlocks(grey, new Rect(region.X, region.Y, region.Width, region.Height)), Is.GreaterThanOrEqualTo(0.95), $"{id} {region}");
                Assert.That(region.Kind, Is.AnyOf("face", "plate"));
                Assert.That(region.Score, Is.GreaterThan(0).And.LessThanOrEqualTo(1));
                Assert.That(region.Detector, Is.Not.Empty);
            }
        }
    }

    /// <summary>The share asked for is the one that the project holds itself to, see the benchmarks.</summary>
    [Test]
    public async Task What_people_marked_is_unreadable()
    {
        var marked = Marked().ToList();
        var readable = new List<string>();
        foreach (var (picture, box) in marked)
        {
            using var grey = Grey(await Stored(StoreName.Permanent, PictureKeys.Picture(Id(picture))));
            if (ShareOfFlatBlocks(grey, box) < 0.95) readable.Add($"{picture} {box}");
        }

        Assert.That(readable, Has.Count.LessThanOrEqualTo((int)(0.05 * marked.Count)), string.Join('\n', readable));
    }

    [Test]
    public async Task Of_a_blurred_picture_neither_the_file_sent_nor_its_preview_is_anywhere()
    {
        var sent = new Dictionary<string, (byte[] Scan, byte[]? Preview)>();
        var regions = await Regions();
        foreach (var picture in Expected.Where(picture => Answers[picture.File].Code == 202))
        {
            if (!regions.TryGetValue(Id(picture), out var found)) continue;
            var bytes = await File.ReadAllBytesAsync(picture.Path);
            sent[picture.File] = (found.Count > 0 ? Scan(bytes) : [], Preview(bytes));
        }

        Assert.That(sent.Values.Count(file => file.Scan.Length > 0), Is.GreaterThan(0));
        if (isShared) Assert.That(sent.Values.Count(file => file.Preview is not null), Is.GreaterThan(0));
        foreach (var path in Directory.EnumerateFiles(Instance.Store.Folder, "*", SearchOption.AllDirectories))
        {
            var stored = await File.ReadAllBytesAsync(path);
            foreach (var (name, (scan, preview)) in sent)
            {
                if (scan.Length > 0) Assert.That(stored.AsSpan().IndexOf(scan), Is.EqualTo(-1), $"{path} holds {name} as it was sent");
                if (preview is not null) Assert.That(stored.AsSpan().IndexOf(preview), Is.EqualTo(-1), $"{path} holds the preview of {name}");
            }
        }
    }

    private IEnumerable<(ExpectedPicture Picture, Rect Box)> Marked()
    {
        if (!isShared) yield break;
        foreach (var fields in File.ReadLines(Path.Combine(SharedPictures.Folder!, "blur-regions.csv")).Skip(1).Select(line => line.Split(',')))
        {
            var numbers = fields[2..6].Select(field => int.Parse(field, CultureInfo.InvariantCulture)).ToArray();
            if (Expected.SingleOrDefault(picture => picture.File == fields[0]) is { } picture && Answers[picture.File].Code == 202 && picture.DuplicateOf.Length == 0)
                yield return (picture, new Rect(numbers[0], numbers[1], numbers[2], numbers[3]));
        }
    }

    private async Task<Dictionary<Guid, IReadOnlyList<BlurredRegion>>> Regions()
    {
        var rows = await Instance.Database.Scalar<string>("SELECT coalesce(json_object_agg(id, metadata), '{}')::text FROM pictures WHERE preparing_status = 'prepared'");
        return System.Text.Json.Nodes.JsonNode.Parse(rows!)!.AsObject()
            .ToDictionary(row => Guid.Parse(row.Key), row => PictureDetails.Parse(row.Value!.ToJsonString()).Blurred ?? []);
    }

    private async Task<byte[]> Stored(StoreName name, string key)
    {
        await using var stored = await Instance.Store.Stores[name].Get(key, range: null, CancellationToken.None);
        return await stored!.ReadAll(CancellationToken.None);
    }

    /// <summary>The entropy-coded part, whole: the one thing that no other file than a copy holds.</summary>
    private static byte[] Scan(byte[] jpeg) => jpeg[jpeg.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA])..];

    /// <summary>Some bytes out of the small picture within the metadata, far enough in to be of that picture alone.</summary>
    private static byte[]? Preview(byte[] jpeg)
    {
        var metadata = jpeg.AsSpan(2, Math.Min(jpeg.Length - 2, 65_000));
        var start = metadata.IndexOf((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]);
        if (start < 0) return null;
        var scan = metadata[start..].IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        return scan > 0 && start + scan + 500 < metadata.Length && metadata[(start + scan)..].IndexOf((ReadOnlySpan<byte>)[0xFF, 0xD9]) > 400
            ? metadata.Slice(start + scan + 100, 200).ToArray()
            : null;
    }

    private static Mat Grey(byte[] jpeg) => Cv2.ImDecode(jpeg, ImreadModes.Grayscale | ImreadModes.IgnoreOrientation);

    private static double ShareOfFlatBlocks(Mat grey, Rect box)
    {
        var (flat, all) = (0, 0);
        int bottom = Math.Min(box.Bottom, grey.Height), right = Math.Min(box.Right, grey.Width);
        for (var y = (box.Y + 7) / 8 * 8; y + 8 <= bottom; y += 8)
        {
            for (var x = (box.X + 7) / 8 * 8; x + 8 <= right; x += 8)
            {
                using var block = grey.SubMat(new Rect(x, y, 8, 8));
                Cv2.MeanStdDev(block, out _, out var deviation);
                all++;
                if (deviation.Val0 < FlatDeviation) flat++;
            }
        }

        return all == 0 ? 1 : (double)flat / all;
    }
}

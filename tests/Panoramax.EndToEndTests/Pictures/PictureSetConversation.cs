using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Panoramax.Storage;
using Panoramax.Testing.Clients;
using Panoramax.Testing.Pictures;
using Panoramax.Testing.Processes;

namespace Panoramax.EndToEndTests.Pictures;

/// <summary>
/// Every picture of a set goes through the gateway with the conversation of the command-line client and ends as the set's
/// table says. Over the project's own set always, over the shared set where it is.
/// </summary>
public abstract class PictureSetConversation(string set, StoreKind kind, string blurring)
{
    /// <summary>Folders whose result of dispatching is in the table: sent with the instance's defaults.</summary>
    private static readonly string[] defaults = ["flat-lund", "flat-salvador", "flat-arezzo", "pano-sequence", "own-walk", "own-panoramas"];

    private readonly Dictionary<string, Guid> sets = [];
    private readonly Dictionary<string, JsonNode> items = [];

    private protected IReadOnlyList<ExpectedPicture> Expected { get; private set; } = [];

    private protected PanoramaxInstance Instance { get; private set; } = null!;

    /// <summary>Answers to the uploads, by file.</summary>
    private protected Dictionary<string, Answer> Answers { get; } = [];

    public static IEnumerable<string> Sets() => SharedPictures.Folder is null ? ["own"] : ["own", "shared"];

    [OneTimeSetUp]
    public async Task SendEverything()
    {
        Instance = await PanoramaxInstance.Start(kind, new Dictionary<string, string>
        {
            ["Blur__Kind"] = blurring,
            ["Blur__Models"] = Path.Combine(SharedPictures.RepositoryRoot, "artifacts", "models"),
        });
        Expected = ExpectedPicture.Load(set == "own" ? OwnPictures.Folder : SharedPictures.Folder!);
        foreach (var folder in Expected.GroupBy(picture => picture.Set))
        {
            // Odd files stand on one spot on purpose: only the walks are sorted with the instance's defaults.
            var more = defaults.Contains(folder.Key) ? null : new JsonObject { ["no_deduplication"] = true };
            var id = sets[folder.Key] = await Instance.Uploader.CreateSet(folder.Key, estimatedFiles: 1000, more);
            foreach (var pictures in folder.Chunk(4))
            {
                await Task.WhenAll(pictures.Select(async picture =>
                {
                    var answer = await Instance.Uploader.SendFile(id, picture.Name, await File.ReadAllBytesAsync(picture.Path), ("isBlurred", "false"));
                    lock (Answers) Answers[picture.File] = answer;
                }));
            }

            Assert.That((await Instance.Uploader.Complete(id)).Code, Is.EqualTo(200));
        }

        foreach (var id in sets.Values) await Instance.Uploader.UntilReady(id, TimeSpan.FromMinutes(6));
        foreach (var picture in Expected.Where(picture => Answers[picture.File].Code == 202))
        {
            if (await Instance.Visitor.Picture(Id(picture)) is { } item) items[picture.File] = item;
        }
    }

    [OneTimeTearDown]
    public async Task Stop() => await Instance.DisposeAsync();

    [Test]
    public void Each_file_is_accepted_or_refused_with_its_status()
    {
        Assert.Multiple(() =>
        {
            foreach (var picture in Expected)
            {
                var answer = Answers[picture.File];
                if (picture.Status == "either") Assert.That(answer.Code, Is.AnyOf(202, 400), $"{picture}: {answer.Text}");
                else Assert.That(answer.Code, Is.EqualTo(picture.Http), $"{picture}: {answer.Text}");
            }
        });
    }

    [Test]
    [Property("Contract", "known-faults 19")]
    [Property("Contract", "known-faults 37")]
    public async Task Each_refused_file_is_listed_with_its_reason()
    {
        var files = new Dictionary<string, JsonNode>();
        foreach (var (name, id) in sets)
        {
            var list = await Instance.Uploader.Get($"upload_sets/{id}/files");
            foreach (var file in list["files"]!.AsArray()) files[$"{name}/{file!["file_name"]!.GetValue<string>()}"] = file;
        }

        Assert.Multiple(() =>
        {
            foreach (var picture in Expected.Where(picture => picture.Status == "rejected"))
            {
                var answer = Answers[picture.File];
                Assert.That(answer["message"]?.GetValue<string>(), Is.Not.Empty, $"{picture}");
                Assert.That(answer["status_code"]?.GetValue<int>(), Is.EqualTo(picture.Http), $"{picture}");
                var listed = files[$"{picture.Set}/{picture.Name}"];
                Assert.That(listed["rejected"]?["reason"]?.GetValue<string>(), Is.EqualTo(picture.Rejection), $"{picture}: {listed.ToJsonString()}");
                Assert.That(listed["rejected"]?["message"]?.GetValue<string>(), Is.Not.Empty, $"{picture}");
                if (picture.MissingFields.Count > 0)
                    Assert.That(answer["details"]!["missing_fields"]!.AsArray().Select(field => field!.GetValue<string>()), Is.EqualTo(picture.MissingFields), $"{picture}");
            }
        });
    }

    [Test]
    [Property("Contract", "known-faults 53")]
    public void Position_time_type_and_size_are_those_of_the_file()
    {
        Assert.Multiple(() =>
        {
            foreach (var picture in Expected.Where(picture => picture.Status == "accepted" && picture.DuplicateOf.Length == 0))
            {
                Assert.That(items.ContainsKey(picture.File), Is.True, $"{picture} has no item");
                if (!items.TryGetValue(picture.File, out var item)) continue;
                var position = item["geometry"]!["coordinates"]!.AsArray().Select(value => value!.GetValue<double>()).ToArray();
                Assert.That(position[0], Is.EqualTo(picture.Longitude!.Value).Within(1e-7), $"{picture} longitude");
                Assert.That(position[1], Is.EqualTo(picture.Latitude!.Value).Within(1e-7), $"{picture} latitude");
                var properties = item["properties"]!;
                var time = DateTimeOffset.Parse(properties["datetime"]!.GetValue<string>(), CultureInfo.InvariantCulture);
                Assert.That(time, Is.EqualTo(picture.Timestamp), $"{picture} time");
                Assert.That(DateTimeOffset.Parse(properties["datetimetz"]!.GetValue<string>(), CultureInfo.InvariantCulture), Is.EqualTo(time), $"{picture} local time");
                Assert.That(properties["tiles:tile_matrix_sets"] is not null, Is.EqualTo(picture.Type == "equirectangular"), $"{picture} type");
                var broken = properties["geovisio:status"]?.GetValue<string>() == "broken";
                Assert.That(broken, Is.False, $"{picture} is broken");
                if (properties["pers:interior_orientation"]!["visible_area"] is null)
                {
                    var size = properties["pers:interior_orientation"]!["sensor_array_dimensions"]!.AsArray().Select(value => value!.GetValue<int>());
                    Assert.That(size, Is.EqualTo(new[] { picture.DisplayWidth!.Value, picture.DisplayHeight!.Value }), $"{picture} size");
                }
            }
        });
    }

    [Test]
    public void Headings_are_those_of_the_camera_or_of_the_path()
    {
        Assert.Multiple(() =>
        {
            foreach (var picture in Expected.Where(picture => items.ContainsKey(picture.File) && picture.Status == "accepted"))
            {
                var heading = items[picture.File]["properties"]!["view:azimuth"]?.GetValue<int>();
                if (picture.HeadingAfterDispatch is { } after) Assert.That(heading, Is.EqualTo(after), $"{picture} after dispatch");
                else if (picture.Heading is { } read and not 0) Assert.That(heading, Is.EqualTo(read), $"{picture} as read");
            }
        });
    }

    [Test]
    public async Task Walks_become_the_sequences_of_the_table()
    {
        foreach (var walk in Expected.Where(picture => picture.Sequence is not null).GroupBy(picture => picture.Set))
        {
            var answer = await Instance.Uploader.Set(sets[walk.Key]);
            var collections = answer["associated_collections"]!.AsArray();
            var wanted = walk.Where(picture => picture.DuplicateOf.Length == 0).GroupBy(picture => picture.Sequence).OrderBy(group => group.Key)
                .Select(group => group.Select(picture => picture.Name).Order(StringComparer.Ordinal).ToArray()).ToArray();
            var found = new List<string[]>();
            foreach (var collection in collections.OrderBy(collection => collection!["extent"]!["temporal"]!["interval"]![0]![0]!.GetValue<string>(), StringComparer.Ordinal))
            {
                var pictures = await Instance.Visitor.Items(collection!["id"]!.GetValue<Guid>());
                found.Add([.. pictures.Select(item => item["properties"]!["original_file:name"]!.GetValue<string>()).Order(StringComparer.Ordinal)]);
            }

            Assert.That(found, Is.EquivalentTo(wanted), walk.Key);
            Assert.That(answer["items_status"]!["rejected"]!.GetValue<int>(),
                Is.EqualTo(walk.Count(picture => picture.DuplicateOf.Length > 0 || picture.Status == "rejected")), walk.Key);
        }
    }

    [Test]
    [Property("Contract", "known-faults 16")]
    public async Task Capture_duplicates_name_the_picture_they_repeat()
    {
        foreach (var picture in Expected.Where(picture => picture.DuplicateOf.Length > 0))
        {
            var list = await Instance.Uploader.Get($"upload_sets/{sets[picture.Set]}/files");
            var file = list["files"]!.AsArray().Single(file => file!["file_name"]!.GetValue<string>() == picture.Name)!;
            Assert.That(file["rejected"]?["reason"]?.GetValue<string>(), Is.EqualTo("capture_duplicate"), $"{picture}");
            var original = Expected.Single(other => other.Set == picture.Set && other.Name == Path.GetFileName(picture.DuplicateOf));
            Assert.That(file["rejected"]!["details"]!["duplicate_of"]!.GetValue<Guid>(), Is.EqualTo(Id(original)), $"{picture}");
            Assert.That(items.ContainsKey(picture.File), Is.False, $"{picture} is still an item");
        }
    }

    [Test]
    [Property("Contract", "known-faults 53")]
    [Property("Contract", "known-faults 50")]
    public async Task Every_file_of_an_item_can_be_fetched_upright()
    {
        foreach (var (file, item) in items)
        {
            if (item["properties"]!["geovisio:status"]?.GetValue<string>() == "broken") continue;
            foreach (var asset in (string[])["hd", "sd", "thumb"])
            {
                var bytes = await Instance.Visitor.Bytes(item["assets"]![asset]!["href"]!.GetValue<string>());
                var header = Domain.Pictures.JpegHeader.Read(new MemoryStream(bytes));
                var picture = Expected.Single(row => row.File == file);
                Assert.That(header.Progressive && asset != "hd", Is.False, $"{file} {asset} is progressive");
                if (asset == "hd") Assert.That((header.Width, header.Height), Is.EqualTo((picture.DisplayWidth, picture.DisplayHeight)), file);
                if (asset == "sd") Assert.That(header.Width, Is.EqualTo(2048), file);
            }

            if (item["properties"]!["tiles:tile_matrix_sets"]?["geovisio"]!["tileMatrix"]![0] is not { } matrix) continue;
            var template = item["asset_templates"]!["tiles"]!["href"]!.GetValue<string>();
            var (columns, rows) = (matrix["matrixWidth"]!.GetValue<int>(), matrix["matrixHeight"]!.GetValue<int>());
            foreach (var (column, row) in ((int, int)[])[(0, 0), (columns - 1, rows - 1)])
            {
                var tile = Domain.Pictures.JpegHeader.Read(new MemoryStream(await Instance.Visitor.Bytes(
                    template.Replace("{TileCol}", $"{column}", StringComparison.Ordinal).Replace("{TileRow}", $"{row}", StringComparison.Ordinal))));
                Assert.That((tile.Width, tile.Height), Is.EqualTo(
                    ((int)matrix["tileWidth"]!.GetValue<double>(), (int)matrix["tileHeight"]!.GetValue<double>())), file);
            }
        }
    }

    [Test]
    public async Task Nothing_is_left_among_the_originals_and_no_process_died()
    {
        // A broken picture keeps its original for another try; everything else is gone from there.
        var broken = await Instance.Database.Scalar<long>("SELECT count(*) FROM pictures WHERE preparing_status = 'broken'");
        var watch = Stopwatch.StartNew();
        while ((await Instance.Store.Keys(StoreName.Incoming)).Count > broken && watch.Elapsed < TimeSpan.FromSeconds(20)) await Task.Delay(200);
        Assert.That(await Instance.Store.Keys(StoreName.Incoming), Has.Count.EqualTo((int)broken));
        foreach (var process in (string[])["Panoramax.Gateway", "Panoramax.Stac", "Panoramax.Upload", "Panoramax.PictureWorker", "Panoramax.DispatchWorker"])
            Assert.That(Instance[process].HasExited, Is.False, process);
    }

    private protected Guid Id(ExpectedPicture picture) => Answers[picture.File]["picture_id"]!.GetValue<Guid>();
}

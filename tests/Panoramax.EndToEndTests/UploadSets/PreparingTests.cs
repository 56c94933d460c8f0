using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Panoramax.Storage;
using Panoramax.Testing.Clients;
using Panoramax.Testing.Pictures;
using Panoramax.Testing.Processes;
using Panoramax.Testing.Servers;
using static Panoramax.EndToEndTests.UploadSets.Contributors;

namespace Panoramax.EndToEndTests.UploadSets;

/// <summary>Pictures on their way through a blur service that fails and comes back: what the API tells of it (B.7, points 46 to 50).</summary>
public sealed class PreparingTests
{
    private const string Worker = "Panoramax.PictureWorker";

    private readonly int port = ServiceProcess.FreePort();
    private BlurService blurring = null!;
    private Contributors people = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        blurring = await BlurService.Start(Blurred, port);
        people = await Contributors.Join(new Dictionary<string, string>
        {
            ["Upload__RequireLogin"] = "true", ["Blur__Kind"] = "Remote", ["Blur__Url"] = blurring.Address, ["Jobs__Concurrency"] = "1",
        });
    }

    [SetUp]
    public void Forget()
    {
        blurring.Answer = Blurred;
        blurring.Asked.Clear();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await people.DisposeAsync();
        await blurring.DisposeAsync();
    }

    [Test]
    [Property("Contract", "write.md B.46")]
    public async Task A_picture_is_blurred_again_for_anybody_who_asks_and_may_see_it()
    {
        var set = await people.B.CreateSet("again");
        var ids = await people.Send(set, WalkPicture.Street.Take(3));
        var collection = (await people.Complete(set))["associated_collections"]![0]!["id"]!.GetValue<Guid>();
        Assert.That(blurring.Asked, Has.Count.EqualTo(3));
        var item = $"collections/{collection}/items/{ids["S1"]}";

        var asked = await people.Nobody.Post($"{item}/prepare");
        Assert.That((asked.Code, asked.Text), Is.EqualTo((202, "{}")));
        await people.Settled(set);
        Assert.That(blurring.Asked, Has.Count.EqualTo(4));

        Assert.That((await people.Nobody.Post($"{item}/prepare", Body(("skip_blurring", true)))).Code, Is.EqualTo(202));
        await people.Settled(set);
        Assert.That(blurring.Asked, Has.Count.EqualTo(4));
        Assert.That((await people.Done(ids["S1"]))["prepare"], Is.EqualTo(3));

        Assert.That((await people.Nobody.Post($"collections/{collection}/prepare")).Code, Is.EqualTo(202));
        await people.Settled(set);
        Assert.That(blurring.Asked, Has.Count.EqualTo(7), "one job for each picture");

        Assert.That((await people.Nobody.Post($"{item}/prepare", Body(("skip_blurring", "some")))).Code, Is.EqualTo(400));
        Assert.That((await people.Nobody.Post($"collections/{collection}/items/{Guid.NewGuid()}/prepare")).Code, Is.EqualTo(404));

        Assert.That((await people.B.Send(HttpMethod.Patch, item, Body(("visibility", "owner-only")))).Code, Is.EqualTo(200));
        Assert.That((await people.C.Post($"{item}/prepare")).Code, Is.EqualTo(404));
        Assert.That((await people.B.Post($"{item}/prepare")).Code, Is.EqualTo(202));
        await people.Settled(set);
        Assert.That((await people.C.Get(item)).Code, Is.EqualTo(404));
        Assert.That((await people.B.Get(item)).Code, Is.EqualTo(200));
    }

    [Test]
    [Property("Contract", "write.md B.46")]
    [Property("Contract", "write.md B.50")]
    public async Task A_picture_that_came_blurred_is_sent_to_the_service_only_when_somebody_asks()
    {
        var set = await people.B.CreateSet("came blurred", estimatedFiles: 2);
        var ids = new List<Guid>();
        foreach (var picture in new[] { WalkPicture.Road[0], WalkPicture.FarApart[0] })
            ids.Add((await people.B.SendFile(set, picture.Name, New(picture), ("isBlurred", "true")))["picture_id"]!.GetValue<Guid>());
        await people.Settled(set);
        Assert.That(blurring.Asked, Is.Empty);

        var derivates = (await people.Instance.Store.Keys(StoreName.Derivates)).ToLookup(PictureKeys.PictureOf, key => Path.GetFileName(key));
        Assert.That(derivates[ids[0]], Is.SupersetOf(new[] { "sd.jpg", "thumb.jpg", "0_0.jpg", "3_1.jpg" }));
        Assert.That(derivates[ids[1]], Is.EquivalentTo(new[] { "sd.jpg", "thumb.jpg" }));
        Assert.That((await people.Instance.Store.Keys(StoreName.Incoming)).Select(PictureKeys.PictureOf).OfType<Guid>().Intersect(ids), Is.Empty);

        var collection = (await people.Instance.Visitor.Picture(ids[0]))!["collection"]!.GetValue<string>();
        Assert.That((await people.Nobody.Post($"collections/{collection}/items/{ids[0]}/prepare")).Code, Is.EqualTo(202));
        await people.Settled(set);
        Assert.That(blurring.Asked, Has.Count.EqualTo(1));
    }

    [Test]
    [Property("Contract", "write.md B.48")]
    public async Task Three_failures_within_the_limit_end_well()
    {
        await people.Instance.Restart(Worker, ("Jobs__RetryLimit", "3"));
        var left = 3;
        blurring.Answer = (answer, picture) => left-- > 0 ? Failed(answer) : Blurred(answer, picture);
        var (collection, picture) = await AddToCollection();
        var item = await UntilSaid(collection, item => item["status"]!.GetValue<string>() == "ready");

        Assert.That((item["id"]!.GetValue<Guid>(), item["nb_errors"]!.GetValue<int>()), Is.EqualTo((picture, 3)));
        Assert.That(item.AsObject().ContainsKey("process_error"), Is.False);
        Assert.That(await History(picture), Is.EqualTo(4));
        Assert.That(await people.Instance.Store.Stores.Incoming.Exists(PictureKeys.Picture(picture), default), Is.False);
    }

    [Test]
    [Property("Contract", "write.md B.48")]
    public async Task A_service_that_is_away_costs_no_try()
    {
        await people.Instance.Restart(Worker, ("Jobs__RetryLimit", "2"));
        await blurring.DisposeAsync();
        var (collection, picture) = await AddToCollection();
        while (await History(picture) < 4) await Task.Delay(100);
        Assert.That(await people.Instance.Database.Scalar<int>($"SELECT attempts FROM jobs WHERE subject_id = '{picture}'"), Is.Zero);

        blurring = await BlurService.Start(Blurred, port);
        var item = await UntilSaid(collection, item => item["status"]!.GetValue<string>() == "ready");
        Assert.That(item["nb_errors"]!.GetValue<int>(), Is.Zero);
        Assert.That(blurring.Asked, Has.Count.EqualTo(1));
    }

    [Test]
    [Property("Contract", "write.md B.48")]
    public async Task After_the_last_try_the_picture_is_broken_and_nothing_of_it_is_published()
    {
        await people.Instance.Restart(Worker, ("Jobs__RetryLimit", "2"));
        blurring.Answer = (answer, _) => Failed(answer);
        var (collection, picture) = await AddToCollection();
        while (await people.Instance.Database.Scalar<string>($"SELECT preparing_status FROM pictures WHERE id = '{picture}'") != "broken") await Task.Delay(100);

        var status = await people.B.Get($"collections/{collection}/geovisio_status");
        Assert.That(status["status"]!.GetValue<string>(), Is.EqualTo("waiting-for-process"));
        var item = status["items"]![0]!;
        Assert.That((item["status"]!.GetValue<string>(), item["nb_errors"]!.GetValue<int>(), item["processing_in_progress"]!.GetValue<bool>()), Is.EqualTo(("broken", 3, false)));
        Assert.That(item["process_error"]!.GetValue<string>(), Is.EqualTo("the blur service answered 500"));
        Assert.That(await History(picture), Is.EqualTo(3));
        var stores = people.Instance.Store.Stores;
        Assert.That(await stores.Incoming.Exists(PictureKeys.Picture(picture), default), Is.True);
        Assert.That(await stores.Permanent.Exists(PictureKeys.Picture(picture), default), Is.False);
    }

    [Test]
    [Property("Contract", "write.md B.49")]
    public async Task A_picture_that_failed_waits_behind_the_fresh_ones()
    {
        await people.Instance[Worker].Stop();
        var set = await people.B.CreateSet("queue");
        var pictures = WalkPicture.FarApart.Append(WalkPicture.FarApart[0] with { Name = "B3.jpg" }).Select(New).ToArray();
        var ids = new List<Guid>();
        foreach (var (picture, index) in pictures.Select((picture, index) => (picture, index)))
            ids.Add((await people.B.SendFile(set, $"{index}.jpg", picture))["picture_id"]!.GetValue<Guid>());
        var failed = false;
        blurring.Answer = (answer, picture) =>
        {
            if (failed || !picture.AsSpan().SequenceEqual(pictures[1])) return Blurred(answer, picture);
            failed = true;
            return Failed(answer);
        };

        await people.Instance.Restart(Worker, ("Jobs__RetryLimit", "5"));
        await people.Settled(set);
        var order = await people.Instance.Database.Scalar<Guid[]>($"""
            SELECT array_agg(subject_id ORDER BY finished_at) FROM job_history
            WHERE kind = 'prepare' AND error IS NULL AND subject_id IN ('{ids[0]}', '{ids[1]}', '{ids[2]}')
            """);
        Assert.That(order, Is.EqualTo(new[] { ids[0], ids[2], ids[1] }));
    }

    private static Task Blurred(HttpResponse answer, byte[] picture) => BlurService.Plain(answer, picture);

    private static Task Failed(HttpResponse answer)
    {
        answer.StatusCode = StatusCodes.Status500InternalServerError;
        return Task.CompletedTask;
    }

    /// <summary>A picture outside of any set, whose collection waits for it.</summary>
    private async Task<(Guid Collection, Guid Picture)> AddToCollection()
    {
        var collection = (await people.B.Post("collections", Body(("title", "by hand"))))["id"]!.GetValue<Guid>();
        using var form = new MultipartFormDataContent { { new StringContent("1"), "position" }, { new ByteArrayContent(New(WalkPicture.FarApart[0])), "picture", "1.jpg" } };
        using var answer = await people.B.Http.PostAsync(new Uri($"/api/collections/{collection}/items", UriKind.Relative), form);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That((int)answer.StatusCode, Is.EqualTo(202), text);
        return (collection, JsonNode.Parse(text)!["id"]!.GetValue<Guid>());
    }

    private async Task<JsonNode> UntilSaid(Guid collection, Func<JsonNode, bool> condition)
    {
        Answer status = null!;
        for (var tries = 0; tries < 600; tries++)
        {
            status = await people.B.Get($"collections/{collection}/geovisio_status");
            if (status["items"]!.AsArray().FirstOrDefault() is { } item && condition(item)) return item;
            await Task.Delay(100);
        }

        throw new TimeoutException(status.Text);
    }

    private Task<long> History(Guid picture) =>
        people.Instance.Database.Scalar<long>($"SELECT count(*) FROM job_history WHERE kind = 'prepare' AND subject_id = '{picture}' AND finished_at IS NOT NULL");
}

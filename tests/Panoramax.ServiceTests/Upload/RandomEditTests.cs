using System.Globalization;
using System.Text.Json.Nodes;
using Panoramax.Domain.Geometry;
using Panoramax.Testing.Clients;
using Panoramax.Testing.Pictures;
using Panoramax.Testing.Processes;

namespace Panoramax.ServiceTests.Upload;

/// <summary>
/// Plays random edits by three accounts and a stranger against the API and against a small model in memory
/// (<see cref="ModelCollection"/>): each edit must get the status that the model gives, and afterwards each of the four must read
/// of the reading service exactly what the model shows them.
/// </summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class RandomEditTests : UploadFixture
{
    private const int Edits = 80;

    private ServiceProcess stac = null!;
    private Viewer[] viewers = [];
    private Dictionary<Viewer, (Uploader Writes, Visitor Reads)> clients = [];
    private int walks;

    [OneTimeSetUp]
    public async Task StartReading()
    {
        stac = await ServiceProcess.Start("Panoramax.Stac", ServiceSettings.For("stac", Host.Database, Host.Folder));
        await Host.Database.Execute($"UPDATE accounts SET collaborative_metadata = FALSE WHERE id = '{Camille.Id}'");
        viewers = [new("bob", Bob), new("camille", Camille), new("the administrator", Admin, IsAdmin: true), new("nobody", null)];
        clients = viewers.ToDictionary(
            viewer => viewer, viewer => (viewer.Person is { } person ? Host.As(person) : Nobody, new Visitor(stac.Address, viewer.Person?.Bearer)));
    }

    [OneTimeTearDown]
    public async Task StopReading()
    {
        foreach (var (_, reads) in clients.Values) reads.Dispose();
        if (stac is not null) await stac.DisposeAsync();
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4)]
    [TestCase(5)]
    [TestCase(6)]
    [Property("Contract", "read.md 23.39")]
    [Property("Contract", "read.md 23.40")]
    public async Task Everybody_reads_what_the_model_says_after_every_edit(int seed)
    {
        var random = new Random(seed);
        ModelCollection[] collections = [await Walk(Bob, isCollaborative: true), await Walk(Camille, isCollaborative: false)];
        foreach (var collection in collections) await Compare(collection, "at first");
        for (var step = 1; step <= Edits; step++)
        {
            var collection = collections[random.Next(collections.Length)];
            var viewer = viewers[random.Next(viewers.Length)];
            var (name, answer, expected) = await Edit(random, viewer, collection);
            var told = $"seed {seed}, edit {step}: {name} by {viewer.Name}";
            Assert.That(answer.Code, Is.EqualTo(expected), $"{told}\n{answer.Text}");
            await Compare(collection, told);
        }
    }

    /// <summary>Four pictures on a bent path; the first two know where they look, the others follow the path.</summary>
    private async Task<ModelCollection> Walk(Person owner, bool isCollaborative)
    {
        var number = Interlocked.Increment(ref walks);
        var uploader = Host.As(owner);
        var set = await uploader.CreateSet("walk");
        var collection = new ModelCollection { Id = Guid.Empty, Owner = owner, IsCollaborative = isCollaborative, Title = "walk" };
        var pictures = new List<ModelPicture>();
        for (var i = 1; i <= 4; i++)
        {
            var place = new Position(Math.Round(2 + (number * 0.01) + (i % 2 * 0.001), 3), Math.Round(48.5 + (i * 0.001), 3));
            var time = new DateTimeOffset(2024, 5, 1, 12, 0, i, TimeSpan.FromHours(2));
            var jpeg = TestJpeg.Make(64, 48, place.Latitude, place.Longitude, time, i <= 2 ? 100 + i : null, seed: 500_000 + (number * 10) + i);
            var sent = await uploader.SendFile(set, string.Create(CultureInfo.InvariantCulture, $"{i}.jpg"), jpeg,
                ("override_latitude", place.Latitude.ToString(CultureInfo.InvariantCulture)), ("override_longitude", place.Longitude.ToString(CultureInfo.InvariantCulture)));
            Assert.That(sent.Code, Is.EqualTo(202), sent.Text);
            pictures.Add(new ModelPicture { Id = sent["picture_id"]!.GetValue<Guid>(), Number = i, Time = time, Place = place, Heading = i <= 2 ? 100 + i : null });
        }

        var id = await Host.Dispatch(set);
        foreach (var picture in pictures) await Host.Prepare(picture.Id);
        var made = new ModelCollection { Id = id, Owner = owner, IsCollaborative = isCollaborative, Title = collection.Title };
        made.Pictures.AddRange(pictures);
        return made;
    }

    private async Task Compare(ModelCollection model, string after)
    {
        foreach (var viewer in viewers)
        {
            var reads = clients[viewer].Reads;
            var collection = await reads.Get($"collections/{model.Id}");
            var items = await reads.Get($"collections/{model.Id}/items");
            var read = collection.Code == 404 && items.Code == 404 ? "404" : collection.Code == 200 && items.Code == 200 ? model.Read(collection.Json!, items.Json!) : $"{collection.Code} and {items.Code}";
            Assert.That(read, Is.EqualTo(model.SeenBy(viewer)), $"what {viewer.Name} reads after {after}");
            var found = (await reads.Get($"search?collections={model.Id}&limit=100"))["features"]!.AsArray().Select(item => item!["id"]!.GetValue<Guid>());
            Assert.That(found, Is.EquivalentTo(model.Pictures.Where(picture => model.IsSeenBy(viewer, picture)).Select(picture => picture.Id)), $"what {viewer.Name} finds after {after}");
        }
    }

    /// <summary>Makes one edit and tells the status that is due.</summary>
    private async Task<(string Name, Answer Answer, int Expected)> Edit(Random random, Viewer viewer, ModelCollection collection)
    {
        // Gone pictures are still asked for now and then.
        var picture = collection.Pictures.Count > 0 && random.Next(20) > 0
            ? collection.Pictures[random.Next(collection.Pictures.Count)]
            : new ModelPicture { Id = Guid.NewGuid(), Number = 0, Time = default, Place = default };
        return random.Next(100) switch
        {
            < 20 => await EditCollection(random, viewer, collection),
            < 55 => await EditPicture(random, viewer, collection, picture),
            < 70 => await Annotate(random, viewer, collection, picture),
            < 80 => await ChangeAnnotation(random, viewer, collection, picture),
            < 85 => await Report(viewer, collection, picture),
            < 92 => await Delete(viewer, collection, picture),
            < 94 => await Delete(viewer, collection, picture: null),
            _ => await Show(viewer, collection, picture),
        };
    }

    private async Task<(string, Answer, int)> EditCollection(Random random, Viewer viewer, ModelCollection collection)
    {
        var body = new JsonObject();
        string? title = null, visibility = null, order = null;
        int? relative = null;
        if (random.Next(3) == 0) body["title"] = title = $"title {random.Next(100)}";
        if (random.Next(3) == 0) body["visibility"] = visibility = Visibility(random);
        if (random.Next(4) == 0) body["relative_heading"] = relative = random.Next(-180, 181);
        if (random.Next(4) == 0) body["sortby"] = order = new[] { "+filename", "-filename", "+filedate", "-filedate" }[random.Next(4)];
        var tags = random.Next(2) == 0 ? Tags(random, body) : [];
        var answer = await clients[viewer].Writes.Send(HttpMethod.Patch, $"collections/{collection.Id}", body);
        return ($"PATCH collection {body.ToJsonString()}", answer, Due());

        int Due()
        {
            if (viewer.Person is null) return 401;
            if (!collection.IsSeenBy(viewer)) return 404;
            if ((title ?? visibility) is not null && !collection.MayEdit(viewer)) return 403;
            if ((relative is not null || order is not null) && !collection.MayHelp(viewer)) return 403;
            if (!collection.Tags.Apply(tags)) return 400;
            collection.Title = title ?? collection.Title;
            collection.Visibility = visibility ?? collection.Visibility;
            collection.RelativeHeading = relative ?? collection.RelativeHeading;
            if (order is not null) collection.Sort(order);
            if (relative is not null || order is not null) collection.FollowPath(replacesAll: relative is not null);
            // Whoever hid it from himself is told so.
            return collection.IsSeenBy(viewer) ? 200 : 404;
        }
    }

    private async Task<(string, Answer, int)> EditPicture(Random random, Viewer viewer, ModelCollection collection, ModelPicture picture)
    {
        var body = new JsonObject();
        int? heading = null;
        DateTimeOffset? time = null;
        Position? place = null;
        string? visibility = null;
        if (random.Next(3) == 0) body["heading"] = heading = random.Next(361);
        if (random.Next(4) == 0)
        {
            time = new DateTimeOffset(2024, 5, 1, random.Next(24), random.Next(60), random.Next(60), TimeSpan.Zero);
            body["capture_time"] = time.Value.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        }

        if (random.Next(4) == 0)
        {
            place = new Position(random.Next(-180, 181) / 8.0, random.Next(-90, 91) / 8.0);
            (body["longitude"], body["latitude"]) = (place.Value.Longitude, place.Value.Latitude);
        }

        if (random.Next(4) == 0) body["visibility"] = visibility = Visibility(random);
        var tags = random.Next(2) == 0 ? Tags(random, body) : [];
        var answer = await clients[viewer].Writes.Send(HttpMethod.Patch, $"collections/{collection.Id}/items/{picture.Id}", body);
        return ($"PATCH item {picture.Number} {body.ToJsonString()}", answer, Due());

        int Due()
        {
            if (viewer.Person is null) return 401;
            if (!collection.IsSeenBy(viewer, picture)) return 404;
            if (heading is null && time is null && place is null && visibility is null && tags.Count == 0) return 304;
            if (visibility is not null && !collection.MayEdit(viewer)) return 403;
            if ((heading is not null || time is not null || place is not null) && !collection.MayHelp(viewer)) return 403;
            if (!picture.Tags.Apply(tags)) return 400;
            if (heading is not null) (picture.Heading, picture.IsHeadingComputed) = (heading, false);
            picture.Time = time ?? picture.Time;
            picture.Place = place ?? picture.Place;
            picture.Visibility = visibility ?? picture.Visibility;
            if (time is not null || place is not null) collection.FollowPath(replacesAll: false);
            return 200;
        }
    }

    private async Task<(string, Answer, int)> Annotate(Random random, Viewer viewer, ModelCollection collection, ModelPicture picture)
    {
        var corner = random.Next(1, 4);
        var body = new JsonObject { ["shape"] = new JsonArray(corner, corner, corner + 10, corner + 10) };
        var tags = Tags(random, body);
        var answer = await clients[viewer].Writes.Post($"pictures/{picture.Id}/annotations", body);
        var before = picture.Annotations.TryGetValue(corner, out var known) ? known : (Id: Guid.Empty, Tags: []);
        if (viewer.Person is null) return ("annotate", answer, 401);
        if (!collection.IsSeenBy(viewer, picture)) return ("annotate", answer, 404);
        if (!before.Tags.Apply(tags)) return ($"annotate {body.ToJsonString()}", answer, 400);
        var isGone = before.Id != Guid.Empty && before.Tags.Count == 0 && tags.Count > 0;
        if (isGone) picture.Annotations.Remove(corner);
        else picture.Annotations[corner] = (answer["id"]?.GetValue<Guid>() ?? Guid.Empty, before.Tags);
        if (!isGone && before.Id != Guid.Empty) Assert.That(answer["id"]!.GetValue<Guid>(), Is.EqualTo(before.Id), "the same shape is the same annotation");
        return ($"annotate {picture.Number} {body.ToJsonString()}", answer, isGone ? 204 : 200);
    }

    private async Task<(string, Answer, int)> ChangeAnnotation(Random random, Viewer viewer, ModelCollection collection, ModelPicture picture)
    {
        var (corner, annotation) = picture.Annotations.Count > 0 ? picture.Annotations.ElementAt(random.Next(picture.Annotations.Count)) : default;
        var id = annotation.Tags is null ? Guid.NewGuid() : annotation.Id;
        var path = random.Next(2) == 0 ? $"annotations/{id}" : $"collections/{collection.Id}/items/{picture.Id}/annotations/{id}";
        var isDelete = random.Next(2) == 0;
        var body = new JsonObject();
        var tags = isDelete ? [] : Tags(random, body);
        var answer = await clients[viewer].Writes.Send(isDelete ? HttpMethod.Delete : HttpMethod.Patch, path, isDelete ? null : body);
        return ($"{(isDelete ? "DELETE" : "PATCH")} annotation {body.ToJsonString()}", answer, Due());

        int Due()
        {
            if (viewer.Person is null) return 401;
            if (annotation.Tags is null || !collection.IsSeenBy(viewer, picture)) return 404;
            if (!isDelete && !annotation.Tags.Apply(tags)) return 400;
            if (!isDelete && (tags.Count == 0 || annotation.Tags.Count > 0)) return 200;
            picture.Annotations.Remove(corner);
            return 204;
        }
    }

    private async Task<(string, Answer, int)> Report(Viewer viewer, ModelCollection collection, ModelPicture picture)
    {
        var answer = await clients[viewer].Writes.Post("reports", Json(("issue", "privacy"), ("picture_id", picture.Id.ToString())));
        if (!collection.IsSeenBy(viewer, picture)) return ("report", answer, 404);
        picture.Visibility = "owner-only";
        return ($"report {picture.Number}", answer, 200);
    }

    private async Task<(string, Answer, int)> Delete(Viewer viewer, ModelCollection collection, ModelPicture? picture)
    {
        var path = $"collections/{collection.Id}" + (picture is null ? "" : $"/items/{picture.Id}");
        var answer = await clients[viewer].Writes.Send(HttpMethod.Delete, path);
        return ($"DELETE {picture?.Number}", answer, Due());

        int Due()
        {
            if (viewer.Person is null) return 401;
            if (picture is null ? !collection.IsSeenBy(viewer) : !collection.IsSeenBy(viewer, picture)) return 404;
            if (!collection.MayEdit(viewer)) return 403;
            if (picture is null)
            {
                collection.IsDeleted = true;
                collection.Pictures.Clear();
                return 204;
            }

            collection.Pictures.Remove(picture);
            collection.FollowPath(replacesAll: false);
            return 204;
        }
    }

    /// <summary>Shows again what was hidden, so that a run does not end with everything out of sight.</summary>
    private async Task<(string, Answer, int)> Show(Viewer viewer, ModelCollection collection, ModelPicture picture)
    {
        var answer = await clients[viewer].Writes.Send(HttpMethod.Patch, $"collections/{collection.Id}/items/{picture.Id}", Json(("visible", true)));
        return ($"show {picture.Number}", answer, Due());

        int Due()
        {
            if (viewer.Person is null) return 401;
            if (!collection.IsSeenBy(viewer, picture)) return 404;
            if (!collection.MayEdit(viewer)) return 403;
            picture.Visibility = "anyone";
            return 200;
        }
    }

    private static string Visibility(Random random) => new[] { "anyone", "anyone", "logged-only", "owner-only" }[random.Next(4)];

    /// <summary>Up to three edits over few pairs, so that they meet.</summary>
    private static List<(bool Add, string Key, string Value)> Tags(Random random, JsonObject body)
    {
        var edits = Enumerable.Range(0, random.Next(1, 4)).Select(_ => (Add: random.Next(3) > 0, Key: new[] { "a", "b|c", "a[b=1]", "é😀" }[random.Next(4)], Value: new[] { "1", "2", "אב" }[random.Next(3)])).ToList();
        body["semantics"] = new JsonArray([.. edits.Select(edit => Json(("action", edit.Add ? "add" : "delete"), ("key", edit.Key), ("value", edit.Value)))]);
        return edits;
    }
}

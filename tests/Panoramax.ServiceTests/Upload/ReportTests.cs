using System.Text.Json.Nodes;
using Panoramax.Testing.Clients;

namespace Panoramax.ServiceTests.Upload;

/// <summary>Reports of what is wrong (B.7 of the contract).</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class ReportTests : UploadFixture
{
    private async Task<(Guid Sequence, Guid Picture)> Picture()
    {
        var set = await B.CreateSet("reported");
        var picture = await Host.SendPicture(B, set);
        return (await Host.Dispatch(set), picture);
    }

    private static string Id(Answer report) => report["id"]!.GetValue<string>();

    [Test]
    [Property("Contract", "write.md B.41")]
    public async Task What_may_hurt_somebody_is_hidden_at_once()
    {
        var (sequence, picture) = await Picture();
        var report = await Nobody.Post("reports", Json(("issue", "privacy"), ("picture_id", picture.ToString()), ("sequence_id", sequence.ToString()), ("reporter_email", "me@example.org"), ("reporter_comments", "my house")));

        Assert.That(report.Code, Is.EqualTo(200), report.Text);
        Assert.That(report["status"]!.GetValue<string>(), Is.EqualTo("open_autofix"));
        Assert.That(report["reporter_comments"]!.GetValue<string>(), Is.EqualTo("my house"));
        Assert.That(report["ts_opened"]!.GetValue<string>(), Does.EndWith("Z"));
        Assert.That(report.Json!.AsObject().ContainsKey("reporter_email"), Is.False);
        Assert.That(report.Json!.AsObject().ContainsKey("ts_closed"), Is.False);
        Assert.That(await Host.Count($"pictures WHERE id = '{picture}' AND visibility = 'owner-only'"), Is.EqualTo(1));
        Assert.That(await Host.Count($"sequences WHERE id = '{sequence}' AND visibility = 'anyone'"), Is.EqualTo(1), "only the picture");
        Assert.That(await Host.Count($"pictures_changes WHERE picture_id = '{picture}' AND account_id = '{await Host.DefaultAccount()}' AND previous = '{{\"visibility\": null}}'"), Is.EqualTo(1));
        Assert.That((await Nobody.Post("reports", Json(("issue", "other"), ("picture_id", picture.ToString())))).Code, Is.EqualTo(404), "nobody sees it any more");
    }

    [Test]
    [Property("Contract", "write.md B.41")]
    public async Task A_whole_sequence_is_hidden_under_the_reporters_name()
    {
        var (sequence, _) = await Picture();
        var report = await C.Post("reports", Json(("issue", "copyright"), ("sequence_id", sequence.ToString())));
        Assert.That(report["reporter_account_id"]!.GetValue<Guid>(), Is.EqualTo(Camille.Id));
        Assert.That(await Host.Count($"sequences WHERE id = '{sequence}' AND visibility = 'owner-only'"), Is.EqualTo(1));
        Assert.That(await Host.Database.Scalar<string>($"SELECT previous::text FROM sequences_changes WHERE sequence_id = '{sequence}' AND account_id = '{Camille.Id}'"), Is.EqualTo("""{"visibility": "anyone"}"""));
    }

    [Test]
    public async Task Other_issues_hide_nothing()
    {
        var (_, picture) = await Picture();
        var report = await Nobody.Post("reports/", Json(("issue", "picture_low_quality"), ("picture_id", picture.ToString())));
        Assert.That(report["status"]!.GetValue<string>(), Is.EqualTo("open"));
        Assert.That(await Host.Count($"pictures WHERE id = '{picture}' AND visibility IS NULL"), Is.EqualTo(1));
    }

    [Test]
    [Property("Contract", "write.md B.42")]
    public async Task Bad_reports_are_refused()
    {
        var (_, picture) = await Picture();
        var noIssue = await Nobody.Post("reports", Json(("picture_id", picture.ToString())));
        Assert.That(noIssue["details"]![0]!["fields"]!.ToJsonString(), Is.EqualTo("""["issue"]"""));
        var noId = await Nobody.Post("reports", Json(("issue", "other")));
        Assert.That(noId.Code, Is.EqualTo(400));
        Assert.That(noId["details"]![0]!["fields"]!.ToJsonString(), Is.EqualTo("[]"));
        Assert.That((await Nobody.Post("reports", Json(("issue", "ugly"), ("picture_id", picture.ToString())))).Code, Is.EqualTo(400));
        Assert.That((await Nobody.Post("reports", Json(("issue", "other"), ("picture_id", "17")))).Code, Is.EqualTo(400));
        Assert.That((await Nobody.Post("reports", Json(("issue", "other"), ("picture_id", Guid.NewGuid().ToString())))).Code, Is.EqualTo(404));
        Assert.That((await Nobody.Post("reports", Json(("issue", "other"), ("sequence_id", Guid.NewGuid().ToString())))).Code, Is.EqualTo(404));
        using var text = new StringContent("x");
        using var notJson = await Nobody.Http.PostAsync("/api/reports", text);
        Assert.That((int)notJson.StatusCode, Is.EqualTo(415));
    }

    [Test]
    [Property("Contract", "write.md B.42")]
    public async Task Who_reads_a_report()
    {
        var (_, picture) = await Picture();
        var stranger = Host.As(await Host.NewPerson("stranger"));
        var path = "reports/" + Id(await C.Post("reports", Json(("issue", "other"), ("picture_id", picture.ToString()), ("reporter_email", "c@example.org"))));
        var anonymous = await Nobody.Get(path);
        Assert.That(anonymous.Code, Is.EqualTo(401));
        Assert.That(anonymous["status_code"]!.GetValue<int>(), Is.EqualTo(401));
        Assert.That((await A.Get(path))["reporter_email"]!.GetValue<string>(), Is.EqualTo("c@example.org"));
        foreach (var who in new[] { B, C })
        {
            var read = await who.Get(path);
            Assert.That(read.Code, Is.EqualTo(200));
            Assert.That(read["reporter_email"], Is.Null);
        }

        Assert.That((await stranger.Get(path)).Code, Is.EqualTo(403));
        Assert.That((await A.Get($"reports/{Guid.NewGuid()}")).Code, Is.EqualTo(404));
    }

    [Test]
    [Property("Contract", "write.md B.42")]
    public async Task Who_handles_a_report_and_how()
    {
        var (_, picture) = await Picture();
        var stranger = Host.As(await Host.NewPerson("stranger"));
        var path = "reports/" + Id(await C.Post("reports", Json(("issue", "other"), ("picture_id", picture.ToString()))));
        Task<Answer> Patch(Uploader who, params (string, JsonNode?)[] body) => who.Send(HttpMethod.Patch, path, Json(body));

        Assert.That((await Patch(Nobody, ("status", "waiting"))).Code, Is.EqualTo(403), "there is no login to be sent to");
        Assert.That((await Patch(stranger, ("status", "waiting"))).Code, Is.EqualTo(403));
        Assert.That((await Patch(B, ("status", "open"))).Code, Is.EqualTo(400));
        var issue = await Patch(B, ("issue", "privacy"));
        Assert.That(issue.Code, Is.EqualTo(400));
        Assert.That(issue["details"]![0]!["input"]!["editor_role"]!.GetValue<string>(), Is.EqualTo("owner"));
        Assert.That((await Patch(B, ("reporter_email", "x"))).Code, Is.EqualTo(400));
        Assert.That((await Patch(C, ("status", "closed_ignored"))).Code, Is.EqualTo(400));
        Assert.That((await Patch(C, ("resolver_comments", "x"))).Code, Is.EqualTo(400));

        var closed = await Patch(B, ("status", "closed_ignored"), ("resolver_comments", "no"));
        Assert.That(closed.Code, Is.EqualTo(200), closed.Text);
        Assert.That(closed["resolver_account_id"]!.GetValue<Guid>(), Is.EqualTo(Bob.Id));
        Assert.That(closed["ts_closed"], Is.Not.Null);
        Assert.That(closed["resolver_comments"], Is.Null);
        Assert.That(closed.Message.Headers.Location!.ToString(), Does.EndWith("/api/" + path));
        Assert.That((await Patch(C))["status"]!.GetValue<string>(), Is.EqualTo("closed_ignored"), "nothing asked for, nothing changed");

        var open = await Patch(A, ("status", "waiting"), ("issue", "mislocated"), ("reporter_email", "z@example.org"));
        Assert.That(open.Code, Is.EqualTo(200));
        Assert.That(open["ts_closed"], Is.Null);
        Assert.That(open["resolver_account_id"], Is.Null);
        Assert.That(open["reporter_email"]!.GetValue<string>(), Is.EqualTo("z@example.org"));
        Assert.That((await Patch(C, ("status", "closed_solved"))).Code, Is.EqualTo(200));
        Assert.That((await A.Send(HttpMethod.Patch, $"reports/{Guid.NewGuid()}", Json(("status", "waiting")))).Code, Is.EqualTo(404));
    }

    [Test]
    public async Task Reports_are_listed_newest_first_and_filtered()
    {
        var owner = await Host.NewPerson("owner");
        var set = await Host.As(owner).CreateSet("mine");
        var picture = await Host.SendPicture(Host.As(owner), set);
        await Host.Dispatch(set);
        var me = await Host.NewPerson("me");
        var mine = Host.As(me);
        var about = Id(await Nobody.Post("reports", Json(("issue", "other"), ("picture_id", picture.ToString()))));
        var made = Id(await mine.Post("reports", Json(("issue", "other"), ("picture_id", picture.ToString()), ("reporter_email", "m@example.org"))));
        var closed = Id(await mine.Post("reports", Json(("issue", "other"), ("picture_id", picture.ToString()))));
        await A.Send(HttpMethod.Patch, "reports/" + closed, Json(("status", "closed_solved")));

        async Task<List<string>> List(Uploader who, string path)
        {
            var answer = await who.Get(path);
            Assert.That(answer.Code, Is.EqualTo(200), answer.Text);
            return [.. answer["reports"]!.AsArray().Select(report => report!["id"]!.GetValue<string>())];
        }

        Assert.That(await List(mine, "users/me/reports"), Is.EqualTo(new[] { made }));
        Assert.That(await List(mine, "users/me/reports?filter="), Is.EqualTo(new[] { closed, made }));
        Assert.That(await List(Host.As(owner), "users/me/reports?filter="), Is.EqualTo(new[] { closed, made, about }));
        Assert.That(await List(Host.As(owner), "users/me/reports?filter=owner%3D'me'&limit=1"), Is.EqualTo(new[] { made }).Or.EqualTo(new[] { closed }));
        Assert.That(await List(mine, $"users/me/reports?filter=reporter%3D'{owner.Id}'"), Is.Empty);
        var all = await List(A, "reports");
        Assert.That(all, Does.Contain(about).And.Contain(made).And.Not.Contain(closed));
        Assert.That(await List(A, $"reports?filter=status IN ('closed_solved','closed_ignored') AND reporter%3D'{me.Id}'"), Is.EqualTo(new[] { closed }));
        Assert.That((await A.Get($"reports?filter=reporter%3D'{me.Id}'"))["reports"]!.AsArray().Any(report => report!["reporter_email"] is not null), Is.True);

        Assert.That((await C.Get("reports")).Code, Is.EqualTo(403));
        Assert.That((await C.Get("reports?limit=5000")).Code, Is.EqualTo(400), "told before the missing right");
        foreach (var bad in new[] { "filter=issue%3D'other'", "filter=status%3D'new'", "filter=owner%3D'bob'", "limit=x" })
            Assert.That((await A.Get("reports?" + bad)).Code, Is.EqualTo(400), bad);
    }
}

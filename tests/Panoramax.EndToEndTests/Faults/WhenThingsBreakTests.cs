using System.Net;
using System.Net.Sockets;
using System.Text;
using Panoramax.Storage;
using Panoramax.Testing.Processes;
using Panoramax.Testing.Servers;

namespace Panoramax.EndToEndTests.Faults;

/// <summary>
/// What happens when a server, a connection or a process breaks, each line of the design's table that needs more than one
/// process. (The other lines are tests of the services, marked with the same property.) One instance for all: each test
/// leaves it whole.
/// </summary>
internal sealed class WhenThingsBreakTests
{
    private FaultyInstance faulty = null!;

    private PanoramaxInstance Instance => faulty.Instance;

    [OneTimeSetUp]
    public async Task Start() => faulty = await FaultyInstance.Start();

    [OneTimeTearDown]
    public async Task Stop() => await faulty.DisposeAsync();

    [TearDown]
    public async Task Mend()
    {
        faulty.WhileBlurring = null;
        faulty.BlurStatus = 200;
        foreach (var relay in (Relay[])[faulty.Database, faulty.Broker, faulty.Store, faulty.Blur]) relay.Restore();
        // One that a failed test left behind would fail the others.
        foreach (var process in Instance.Processes.Where(process => Instance[process].HasExited).ToList()) await Instance.Restart(process);
    }

    [Test, Property("Fault", "object store down during upload")]
    public async Task Object_store_down_during_upload()
    {
        var set = await Instance.Uploader.CreateSet("store down");
        var picture = faulty.NewPicture();
        faulty.Store.Cut();

        var refused = await Instance.Uploader.SendFile(set, "1.jpg", picture);

        Assert.That(refused.Code, Is.EqualTo(500), refused.Text);
        Assert.That(refused["status_code"]!.GetValue<int>(), Is.EqualTo(500));
        Assert.That(await Instance.Database.Scalar<long>($"SELECT count(*) FROM pictures WHERE upload_set_id = '{set}'"), Is.Zero);
        Assert.That(await Instance.Database.Scalar<long>($"SELECT count(*) FROM jobs WHERE subject_id = '{set}'"), Is.Zero);

        faulty.Store.Restore();
        var accepted = await Instance.Uploader.SendFile(set, "1.jpg", picture);
        Assert.That(accepted.Code, Is.EqualTo(202), accepted.Text);
        await faulty.UntilPrepared(accepted["picture_id"]!.GetValue<Guid>());
    }

    [Test, Property("Fault", "upload dies after commit, before publishing")]
    public async Task Upload_dies_after_commit_before_publishing()
    {
        // The broker hangs, so that what is published is not confirmed; the client has its answer all the same.
        faulty.Broker.Hold();
        var (set, picture) = await faulty.SendOne();
        await Instance["Panoramax.Upload"].Kill();
        Assert.That(await Instance.Database.Scalar<long>($"SELECT count(*) FROM jobs WHERE subject_id IN ('{set}', '{picture}') AND announced_at IS NULL"), Is.EqualTo(2));

        // What it had in hand is lost with it, its connection to the broker too.
        faulty.Broker.Reset();
        faulty.Broker.Restore();
        await faulty.UntilPrepared(picture);
        await faulty.Until($"SELECT count(*) FROM sequences WHERE upload_set_id = '{set}'", 1L);
        await Instance.Restart("Panoramax.Upload");
    }

    [Test, Property("Fault", "broker down")]
    public async Task Broker_down()
    {
        faulty.Broker.Cut();
        var (_, picture) = await faulty.SendOne();
        await Task.Delay(1500);
        Assert.That(await Instance.Database.Scalar<long>($"SELECT count(*) FROM jobs WHERE subject_id = '{picture}' AND announced_at IS NULL"), Is.EqualTo(1));
        using (var ready = await Instance["Panoramax.Upload"].Client.GetAsync("/health/ready")) Assert.That(ready.StatusCode, Is.EqualTo(HttpStatusCode.OK), "upload goes on");
        using (var ready = await Instance["Panoramax.PictureWorker"].Client.GetAsync("/health/ready")) Assert.That(ready.StatusCode, Is.Not.EqualTo(HttpStatusCode.OK), "the worker cannot");
        using (var live = await Instance["Panoramax.PictureWorker"].Client.GetAsync("/health/live")) Assert.That(live.StatusCode, Is.EqualTo(HttpStatusCode.OK), "but is not to be restarted");

        faulty.Broker.Restore();
        await faulty.UntilPrepared(picture);
    }

    [Test, Property("Fault", "broker loses a queue")]
    public async Task Broker_loses_a_queue()
    {
        await Instance["Panoramax.PictureWorker"].Kill();
        var (_, picture) = await faulty.SendOne();
        await faulty.Until($"SELECT count(*) FROM jobs WHERE subject_id = '{picture}' AND announced_at IS NOT NULL", 1L);
        using (var management = TestServers.RabbitMqManagementClient())
        using (var deleted = await management.DeleteAsync($"/api/queues/{Instance.Broker.Name}/prepare-picture"))
            Assert.That(deleted.IsSuccessStatusCode, deleted.StatusCode.ToString());

        await Instance.Restart("Panoramax.PictureWorker");
        await faulty.UntilPrepared(picture);
    }

    [Test, Property("Fault", "worker killed in the middle")]
    public async Task Worker_killed_in_the_middle()
    {
        var killed = new TaskCompletionSource();
        faulty.WhileBlurring = async () =>
        {
            faulty.WhileBlurring = null;
            await Instance["Panoramax.PictureWorker"].Kill();
            killed.SetResult();
        };
        var (_, picture) = await faulty.SendOne();
        await killed.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(await Instance.Store.Stores.Incoming.Exists(PictureKeys.Picture(picture), default), "the original is still there");

        await Instance.Restart("Panoramax.PictureWorker");
        await faulty.UntilPrepared(picture);
        Assert.That(await Instance.Database.Scalar<long>($"SELECT count(*) FROM job_history WHERE subject_id = '{picture}' AND warning = 'interrupted'"), Is.EqualTo(1));
    }

    [Test, Property("Fault", "worker told to stop (deploy)")]
    public async Task Worker_told_to_stop_gives_its_work_back_and_is_gone_within_five_seconds()
    {
        var atWork = new TaskCompletionSource();
        faulty.WhileBlurring = async () =>
        {
            atWork.TrySetResult();
            await Task.Delay(TimeSpan.FromSeconds(15));
        };
        var (_, picture) = await faulty.SendOne();
        await atWork.Task.WaitAsync(TimeSpan.FromSeconds(30));

        var took = await Instance["Panoramax.PictureWorker"].Stop();

        TestContext.Out.WriteLine($"picture-worker at work: {took.TotalSeconds:F1} s from SIGTERM to its end");
        Assert.That(took, Is.LessThan(TimeSpan.FromSeconds(5)));
        Assert.That(await Instance.Database.Scalar<int>($"SELECT attempts FROM jobs WHERE subject_id = '{picture}' AND kind = 'prepare'"), Is.Zero, "returned uncounted");
        faulty.WhileBlurring = null;
        await Instance.Restart("Panoramax.PictureWorker");
        await faulty.UntilPrepared(picture);
    }

    [TestCase("blur"), TestCase("store"), TestCase("database")]
    [Property("Fault", "blur service, store or database unreachable for a worker")]
    public async Task Blur_service_store_or_database_unreachable_for_a_worker(string which)
    {
        var relay = which switch { "blur" => faulty.Blur, "store" => faulty.Store, _ => faulty.Database };
        await Instance["Panoramax.PictureWorker"].Kill();
        var (_, picture) = await faulty.SendOne();
        await Instance.Restart("Panoramax.PictureWorker");
        // Whatever the worker did meanwhile, this round finds it cut off.
        await faulty.UntilPrepared(picture);
        var (_, next) = (Guid.Empty, Guid.Empty);
        if (which == "database")
        {
            // Cut before the upload is possible too: it needs the database. So the worker is frozen while the picture arrives.
            Instance["Panoramax.PictureWorker"].Freeze();
            (_, next) = await faulty.SendOne();
            relay.Cut();
            Instance["Panoramax.PictureWorker"].Thaw();
        }
        else if (which == "store")
        {
            Instance["Panoramax.PictureWorker"].Freeze();
            (_, next) = await faulty.SendOne();
            relay.Cut();
            Instance["Panoramax.PictureWorker"].Thaw();
        }
        else
        {
            relay.Cut();
            (_, next) = await faulty.SendOne();
        }

        // Longer than all tries and their pauses would take.
        await Task.Delay(TimeSpan.FromSeconds(8));
        Assert.That(await Instance.Database.Scalar<string>($"SELECT preparing_status FROM pictures WHERE id = '{next}'"), Is.EqualTo("not-processed"));
        Assert.That(await Instance.Database.Scalar<int>($"SELECT attempts FROM jobs WHERE subject_id = '{next}' AND kind = 'prepare'"), Is.LessThanOrEqualTo(1), "no outage counts");
        relay.Restore();
        await faulty.UntilPrepared(next);
        Assert.That(await Instance.Database.Scalar<long>($"SELECT count(*) FROM job_history WHERE subject_id = '{next}' AND error IS NOT NULL"), Is.Zero);
    }

    [Test, Property("Fault", "blur service answers with an error")]
    public async Task Blur_service_answers_with_an_error()
    {
        faulty.BlurStatus = 500;
        var (_, picture) = await faulty.SendOne();

        await faulty.Until($"SELECT preparing_status FROM pictures WHERE id = '{picture}'", "broken");
        Assert.That(await Instance.Store.Stores.Permanent.Exists(PictureKeys.Picture(picture), default), Is.False, "never published unblurred");
        using var answer = await Instance.Visitor.Http.GetAsync($"/api/pictures/{picture}/hd.jpg");
        Assert.That(answer.StatusCode, Is.Not.EqualTo(HttpStatusCode.OK));
    }

    [Test, Property("Fault", "database down while finishing")]
    public async Task Database_down_while_finishing()
    {
        var cut = new TaskCompletionSource();
        faulty.WhileBlurring = () =>
        {
            faulty.WhileBlurring = null;
            faulty.Database.Cut();
            cut.SetResult();
            return Task.CompletedTask;
        };
        var (_, picture) = await faulty.SendOne();
        await cut.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await Task.Delay(3000);
        Assert.That(await Instance.Database.Scalar<string>($"SELECT preparing_status FROM pictures WHERE id = '{picture}'"), Is.EqualTo("not-processed"));

        faulty.Database.Restore();
        await faulty.UntilPrepared(picture);
        Assert.That(await Instance.Database.Scalar<long>($"SELECT count(*) FROM job_history WHERE subject_id = '{picture}' AND error IS NOT NULL"), Is.Zero);
    }

    [Test, Property("Fault", "gateway restarted during an upload")]
    public async Task Gateway_restarted_during_an_upload()
    {
        var set = await Instance.Uploader.CreateSet("gateway restarted");
        var picture = faulty.NewPicture();
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(Instance.Address.Host, Instance.Address.Port);
            var stream = client.GetStream();
            var body = Encoding.ASCII.GetBytes("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"1.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n");
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"POST /api/upload_sets/{set}/files HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: {body.Length + picture.Length + 9}\r\n\r\n"));
            await stream.WriteAsync(body);
            await stream.WriteAsync(picture.AsMemory(0, picture.Length / 2));
            await Instance["Panoramax.Gateway"].Kill();
            Assert.That(async () => await stream.ReadExactlyAsync(new byte[1]), Throws.InstanceOf<IOException>(), "the client sees a broken connection");
        }

        await Instance.Restart("Panoramax.Gateway");
        var retry = await Instance.Uploader.SendFile(set, "1.jpg", picture);
        Assert.That(retry.Code, Is.EqualTo(202), retry.Text);
        Assert.That(await Instance.Database.Scalar<long>($"SELECT count(*) FROM pictures WHERE upload_set_id = '{set}'"), Is.EqualTo(1));
        Assert.That((await Instance.Uploader.SendFile(set, "1.jpg", picture)).Code, Is.EqualTo(409));
    }

    [TestCase("database"), TestCase("broker"), TestCase("store"), TestCase("blur")]
    public async Task Connections_that_are_reset_again_and_again_lose_nothing(string which)
    {
        var relay = which switch { "database" => faulty.Database, "broker" => faulty.Broker, "store" => faulty.Store, _ => faulty.Blur };
        using var enough = new CancellationTokenSource();
        var resetting = Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                relay.Reset();
                await Task.Delay(300);
            }
        });
        var set = await Patiently(() => Instance.Uploader.CreateSet("resets"));
        var sent = new List<Guid>();
        for (var i = 0; i < 4; i++)
        {
            var (name, picture) = ($"{i}.jpg", faulty.NewPicture());
            sent.Add(await Patiently(async () =>
            {
                var answer = await Instance.Uploader.SendFile(set, name, picture);
                return answer.Code switch
                {
                    202 => answer["picture_id"]!.GetValue<Guid>(),
                    409 => answer["existing_item"]!["id"]!.GetValue<Guid>(),
                    _ => throw new HttpRequestException($"{answer.Code} {answer.Text}"),
                };
            }));
        }

        await enough.CancelAsync();
        await resetting;
        foreach (var picture in sent) await faulty.UntilPrepared(picture);
        Assert.That(sent, Is.Unique);
        Assert.That(await Instance.Database.Scalar<long>($"SELECT count(*) FROM pictures WHERE upload_set_id = '{set}'"), Is.EqualTo(4));
    }

    [Test]
    public async Task Slow_servers_make_it_slow_and_nothing_else()
    {
        foreach (var relay in (Relay[])[faulty.Database, faulty.Broker, faulty.Store, faulty.Blur]) relay.Slow(TimeSpan.FromMilliseconds(60));
        var (set, picture) = await faulty.SendOne();
        await Instance.Uploader.UntilReady(set);
        await faulty.UntilPrepared(picture);
    }

    [Test]
    public async Task Every_process_is_gone_within_five_seconds_of_SIGTERM_even_when_its_servers_hang()
    {
        var tooLong = new List<string>();
        foreach (var hang in (bool[])[false, true])
        {
            foreach (var name in Instance.Processes.Order(StringComparer.Ordinal))
            {
                if (hang)
                {
                    foreach (var relay in (Relay[])[faulty.Database, faulty.Broker, faulty.Store]) relay.Hold();
                }

                var took = await Instance[name].Stop();
                TestContext.Out.WriteLine($"{name}{(hang ? ", servers hanging" : "")}: {took.TotalSeconds:F1} s from SIGTERM to its end");
                if (took >= TimeSpan.FromSeconds(5)) tooLong.Add($"{name}: {took}\n{Instance[name].Log}");
                foreach (var relay in (Relay[])[faulty.Database, faulty.Broker, faulty.Store]) relay.Restore();
                await Instance.Restart(name);
            }
        }

        Assert.That(tooLong, Is.Empty);
    }

    private static async Task<T> Patiently<T>(Func<Task<T>> call)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await call();
            }
            catch (HttpRequestException) when (tries < 100)
            {
                await Task.Delay(200);
            }
        }
    }
}

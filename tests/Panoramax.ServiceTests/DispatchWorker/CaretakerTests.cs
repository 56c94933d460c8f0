using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Panoramax.DispatchWorker.Caretaker;
using Panoramax.Testing.Processes;
using Panoramax.Testing.Servers;
using RabbitMQ.Client;

namespace Panoramax.ServiceTests.DispatchWorker;

/// <summary>What the caretaker does, one duty at a time, against the real database and broker.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CaretakerTests : IAsyncDisposable
{
    private static readonly DateTimeOffset monday = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly TestClock clock = new(monday);
    private DispatchBench bench = null!;
    private TestBroker broker = null!;

    [SetUp]
    public async Task Start()
    {
        broker = await TestBroker.Create();
        bench = await DispatchBench.Create(
            broker.Uri, new() { ["Jobs:SweepInterval"] = "00:00:30", ["Jobs:ReannounceAfter"] = "00:10:00", ["Jobs:QueueTarget"] = "5" }, clock);
    }

    public async ValueTask DisposeAsync()
    {
        await bench.DisposeAsync();
        await broker.DisposeAsync();
    }

    [Test]
    public async Task Jobs_that_nobody_was_told_of_or_whose_message_was_lost_are_announced()
    {
        await using var bus = await StartedBus();
        await DeclareQueue("dispatch-upload-set", "panoramax.upload-set-completed");
        var never = await AddJob("dispatch", requestedSeconds: 31, announcedSeconds: null);
        var lost = await AddJob("dispatch", requestedSeconds: 900, announcedSeconds: 601);
        var fresh = await AddJob("dispatch", requestedSeconds: 5, announcedSeconds: null);
        var told = await AddJob("dispatch", requestedSeconds: 900, announcedSeconds: 590);
        var later = await AddJob("dispatch", requestedSeconds: 900, announcedSeconds: null, notBeforeSeconds: 60);
        var toldAt = await AnnouncedAt(told);

        await Duty<AnnounceDueJobs>().Run(CancellationToken.None);

        Assert.That(await Count("dispatch-upload-set"), Is.EqualTo(2u));
        Assert.That(await AnnouncedAt(never), Is.Not.Null);
        Assert.That(await AnnouncedAt(lost), Is.GreaterThan(toldAt!.Value));
        Assert.That(await AnnouncedAt(fresh), Is.Null, "its own process may be about to");
        Assert.That(await AnnouncedAt(told), Is.EqualTo(toldAt));
        Assert.That(await AnnouncedAt(later), Is.Null);

        await Duty<AnnounceDueJobs>().Run(CancellationToken.None);
        Assert.That(await Count("dispatch-upload-set"), Is.EqualTo(2u), "announced once");
    }

    [Test]
    [Property("Contract", "write.md B.49")]
    public async Task A_queue_is_filled_no_further_than_its_target_and_failed_work_goes_last()
    {
        await using var bus = await StartedBus();
        await DeclareQueue("prepare-picture", "panoramax.picture-received");
        var failed = await AddJob("prepare", requestedSeconds: 9000, announcedSeconds: null, attempts: 2);
        for (var count = 0; count < 7; count++) await AddJob("prepare", requestedSeconds: 100 + count, announcedSeconds: null);

        await Duty<AnnounceDueJobs>().Run(CancellationToken.None);
        Assert.That(await Count("prepare-picture"), Is.EqualTo(5u));
        Assert.That(await AnnouncedAt(failed), Is.Null);

        await Duty<AnnounceDueJobs>().Run(CancellationToken.None);
        Assert.That(await Count("prepare-picture"), Is.EqualTo(5u), "full");

        await Purge("prepare-picture");
        await Duty<AnnounceDueJobs>().Run(CancellationToken.None);
        Assert.That(await Count("prepare-picture"), Is.EqualTo(3u));
        Assert.That(await AnnouncedAt(failed), Is.Not.Null);
    }

    [Test]
    public async Task Jobs_whose_queue_is_not_there_wait_unannounced()
    {
        await using var bus = await StartedBus();
        var job = await AddJob("delete", requestedSeconds: 100, announcedSeconds: null);

        await Duty<AnnounceDueJobs>().Run(CancellationToken.None);
        Assert.That(await AnnouncedAt(job), Is.Null);

        await DeclareQueue("delete-picture", "panoramax.picture-removed");
        await Duty<AnnounceDueJobs>().Run(CancellationToken.None);
        Assert.That(await AnnouncedAt(job), Is.Not.Null);
        Assert.That(await Count("delete-picture"), Is.EqualTo(1u));
    }

    [Test]
    public async Task While_the_broker_does_not_confirm_nothing_counts_as_announced()
    {
        await using var bus = await StartedBus();
        await DeclareQueue("dispatch-upload-set", "panoramax.upload-set-completed");
        await Permit(write: "^$");
        Guid[] jobs = [await AddJob("dispatch", 100, null), await AddJob("dispatch", 101, null), await AddJob("dispatch", 102, null)];

        await Duty<AnnounceDueJobs>().Run(CancellationToken.None);

        foreach (var job in jobs) Assert.That(await AnnouncedAt(job), Is.Null);

        await Permit(write: ".*");
        await Duty<AnnounceDueJobs>().Run(CancellationToken.None);
        foreach (var job in jobs) Assert.That(await AnnouncedAt(job), Is.Not.Null);
    }

    [Test]
    public async Task A_broker_that_is_away_fails_the_round_and_marks_nothing()
    {
        await using var alone = await DispatchBench.Create();
        await alone.Run("INSERT INTO jobs (kind, subject_id, revision, attempts, not_before, requested_at) VALUES ('dispatch', gen_random_uuid(), 1, 0, now(), now() - INTERVAL '1 hour')");

        Assert.That(
            async () => await alone.Services.GetRequiredService<AnnounceDueJobs>().Run(CancellationToken.None),
            Throws.InstanceOf<RabbitMQ.Client.Exceptions.BrokerUnreachableException>());
        Assert.That(await alone.One<long>("SELECT count(*) FROM jobs WHERE announced_at IS NOT NULL"), Is.Zero);
    }

    [Test]
    public async Task The_grid_is_counted_at_once_when_it_never_was_and_then_each_night_at_two()
    {
        var set = await bench.AddSet();
        await bench.AddPictures(set, Walks.Street);
        await bench.Dispatch(set);
        await bench.Run("UPDATE pictures SET preparing_status = 'prepared'");
        Assert.That(await bench.Column<int>("SELECT nb_pictures FROM pictures_grid"), Is.Empty);

        await Duty<RefreshPictureGrid>().Run(CancellationToken.None);
        Assert.That(await bench.Column<int>("SELECT nb_pictures FROM pictures_grid"), Is.EqualTo(new[] { 5 }));
        Assert.That(await LastRun("picture-grid"), Is.EqualTo(monday.UtcDateTime));

        await bench.Run("DELETE FROM pictures WHERE id = (SELECT min(id::text)::uuid FROM pictures)");
        foreach (var (moment, pictures) in new[]
        {
            (monday.AddMinutes(1), 5), (monday.AddHours(13).AddMinutes(59), 5), (monday.AddHours(14), 4),
        })
        {
            clock.Now = moment;
            await Duty<RefreshPictureGrid>().Run(CancellationToken.None);
            Assert.That(await bench.Column<int>("SELECT nb_pictures FROM pictures_grid"), Is.EqualTo(new[] { pictures }), $"{moment:u}");
        }

        Assert.That(await LastRun("picture-grid"), Is.EqualTo(monday.AddHours(14).UtcDateTime));
    }

    [Test]
    public async Task Readers_and_the_count_of_the_grid_do_not_wait_for_each_other()
    {
        // A reader in the middle of a slow answer: a plain refresh would wait for its end, and all new readers for the refresh.
        await using var reading = await bench.Database.Source("stac").OpenConnectionAsync();
        await using var transaction = await reading.BeginTransactionAsync();
        await using var read = reading.CreateCommand();
        read.CommandText = "SELECT count(*) FROM pictures_grid";
        await read.ExecuteScalarAsync();
        // The count is held up at its end, by another one of the same kind.
        await using var other = await bench.Database.Source("dispatch_worker").OpenConnectionAsync();
        await using var gate = await other.BeginTransactionAsync();
        await using var hold = other.CreateCommand();
        hold.CommandText = "REFRESH MATERIALIZED VIEW CONCURRENTLY pictures_grid";
        await hold.ExecuteNonQueryAsync();

        var refresh = Duty<RefreshPictureGrid>().Run(CancellationToken.None);
        await Task.Delay(500);
        Assert.That(refresh.IsCompleted, Is.False, "waits its turn");
        Assert.That(await bench.Column<int>("SET lock_timeout = '2s'; SELECT nb_pictures FROM pictures_grid"), Is.Empty, "new readers pass");

        await gate.RollbackAsync();
        await refresh.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(await LastRun("picture-grid"), Is.EqualTo(monday.UtcDateTime), "though a reader is not done yet");
        await read.ExecuteScalarAsync();
    }

    [Test]
    public async Task Nights_that_were_missed_are_made_up_for_once()
    {
        await bench.Run("INSERT INTO scheduled_runs (name, last_run_at) VALUES ('picture-grid', '2026-02-20 02:00Z')");

        await Duty<RefreshPictureGrid>().Run(CancellationToken.None);

        Assert.That(await LastRun("picture-grid"), Is.EqualTo(monday.UtcDateTime));
    }

    [Test]
    public async Task A_grid_that_somebody_else_counts_is_left_to_him()
    {
        await using var other = await bench.Database.Source("dispatch_worker").OpenConnectionAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using var hold = other.CreateCommand();
        hold.CommandText = "INSERT INTO scheduled_runs (name) VALUES ('picture-grid') ON CONFLICT DO NOTHING";
        await transaction.RollbackAsync();
        await hold.ExecuteNonQueryAsync();
        await using var held = await other.BeginTransactionAsync();
        hold.CommandText = "SELECT 1 FROM scheduled_runs WHERE name = 'picture-grid' FOR UPDATE";
        await hold.ExecuteNonQueryAsync();

        await Duty<RefreshPictureGrid>().Run(CancellationToken.None);
        Assert.That(await LastRun("picture-grid"), Is.Null);

        await held.RollbackAsync();
        await Duty<RefreshPictureGrid>().Run(CancellationToken.None);
        Assert.That(await LastRun("picture-grid"), Is.EqualTo(monday.UtcDateTime));
    }

    [Test]
    public async Task Old_tries_go_but_the_last_of_each_subject_stays()
    {
        var (old, recent) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        foreach (var (subject, days) in new[] { (old, 200), (old, 150), (old, 100), (recent, 100), (recent, 1) })
        {
            await bench.Run(
                "INSERT INTO job_history (kind, subject_id, started_at, finished_at, attempt, worker) VALUES ('prepare', @id, now() - @age, now() - @age, 1, 'w')",
                ("id", subject), ("age", TimeSpan.FromDays(days)));
        }

        await Duty<PruneJobHistory>().Run(CancellationToken.None);

        Assert.That(
            await bench.Column<int>("SELECT extract(day FROM now() - finished_at)::int FROM job_history ORDER BY 1 DESC"), Is.EqualTo(new[] { 100, 1 }));

        await bench.Run("UPDATE job_history SET finished_at = finished_at - INTERVAL '300 days'");
        await Duty<PruneJobHistory>().Run(CancellationToken.None);
        Assert.That(await bench.One<long>("SELECT count(*) FROM job_history"), Is.EqualTo(2), "once a day, and the last ones stay");
    }

    [Test]
    public async Task Due_work_and_its_age_are_measured_by_kind()
    {
        await AddJob("dispatch", requestedSeconds: 100, announcedSeconds: null, notBeforeSeconds: -100);
        await AddJob("dispatch", requestedSeconds: 20, announcedSeconds: null, notBeforeSeconds: -20);
        await AddJob("prepare", requestedSeconds: 20, announcedSeconds: null, notBeforeSeconds: 20);
        await AddJob("discard", requestedSeconds: 90_000, announcedSeconds: null, notBeforeSeconds: 3000);
        await AddJob("discard", requestedSeconds: 3_600, announcedSeconds: null, notBeforeSeconds: 0);
        var measured = new Dictionary<(string, string), double>();
        using var listener = new System.Diagnostics.Metrics.MeterListener();
        listener.InstrumentPublished = (instrument, to) =>
        {
            if (instrument.Meter.Name == "Panoramax") to.EnableMeasurementEvents(instrument);
        };
        // Other tests measure at the same time, in other threads.
        var here = new AsyncLocal<bool> { Value = true };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument.Name, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument.Name, value, tags));
        listener.Start();

        await Duty<MeasureDueJobs>().Run(CancellationToken.None);

        Assert.That(measured[("panoramax.jobs.due", "dispatch")], Is.EqualTo(2));
        Assert.That(measured[("panoramax.jobs.due", "prepare")], Is.Zero);
        Assert.That(measured[("panoramax.jobs.oldest_due.age", "dispatch")], Is.EqualTo(100).Within(30));
        Assert.That(measured[("panoramax.jobs.oldest_due.age", "prepare")], Is.Zero);
        Assert.That(measured[("panoramax.originals.left", "")], Is.EqualTo(1), "an original that is a day over its time, though its next try is not due");

        void Note(string instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (here.Value) measured[(instrument, tags.Length > 0 ? (string)tags[0].Value! : "")] = value;
        }
    }

    [Test]
    public async Task The_process_finds_owed_work_by_itself_and_is_gone_quickly_when_told_to_stop()
    {
        var set = await bench.AddSet("Found");
        var ids = await bench.AddPictures(set, [.. Walks.Street, Walks.Street[0] with { Name = "again" }]);
        await Owe("dispatch", set);
        await DeclareQueue("delete-picture", "panoramax.picture-removed");
        var settings = ServiceSettings.For("dispatch_worker", bench.Database, TestContext.CurrentContext.WorkDirectory, broker.Uri);
        settings["Jobs__SweepInterval"] = "00:00:01";
        await using var worker = await ServiceProcess.Start("Panoramax.DispatchWorker", settings);

        await Until(async () => (await bench.Sequences(set)).Length == 1, worker);
        var sequence = (await bench.Sequences(set)).Single();
        Assert.That((sequence.Title, sequence.Names.Length), Is.EqualTo(("Found", 5)));
        await Until(async () => await LastRun("picture-grid") is not null, worker);

        // The capture duplicate's files are somebody else's work, who is told at once.
        await Until(async () => await Count("delete-picture") == 1, worker);
        await Until(async () => await AnnouncedAt(ids["again"]) is not null, worker);

        await bench.Run("UPDATE pictures SET heading = NULL WHERE id = @id", ("id", ids["S1"]));
        await Owe("finalize", sequence.Id);
        await Until(async () => await bench.One<long>("SELECT count(*) FROM jobs WHERE kind = 'finalize'") == 0, worker);
        Assert.That((await bench.Sequences(set)).Single().Headings[0], Is.EqualTo(24));

        Assert.That(await worker.Stop(), Is.LessThan(TimeSpan.FromSeconds(5)), worker.Log);
    }

    private Task Owe(string kind, Guid subject) => bench.Run(
        "INSERT INTO jobs (kind, subject_id, revision, attempts, not_before, requested_at) VALUES (@kind, @id, 1, 0, now(), now() - INTERVAL '1 hour')",
        ("kind", kind), ("id", subject));

    private static async Task Until(Func<Task<bool>> happened, ServiceProcess worker)
    {
        for (var tries = 0; tries < 300; tries++)
        {
            if (await happened()) return;
            await Task.Delay(100);
        }

        Assert.Fail("did not happen within 30 s:\n" + worker.Log);
    }

    private T Duty<T>()
        where T : notnull => bench.Services.GetRequiredService<T>();

    private async Task<Guid> AddJob(string kind, int requestedSeconds, int? announcedSeconds, int notBeforeSeconds = 0, int attempts = 0)
    {
        var subject = Guid.CreateVersion7();
        await bench.Run(
            """
            INSERT INTO jobs (kind, subject_id, revision, attempts, not_before, requested_at, announced_at)
            VALUES (@kind, @id, 1, @attempts, now() + make_interval(secs => @not_before), now() - make_interval(secs => @requested), now() - make_interval(secs => @announced))
            """,
            ("kind", kind), ("id", subject), ("attempts", attempts), ("not_before", (double)notBeforeSeconds), ("requested", (double)requestedSeconds),
            ("announced", (double?)announcedSeconds));
        return subject;
    }

    private Task<DateTime?> AnnouncedAt(Guid subject) => bench.One<DateTime?>("SELECT announced_at FROM jobs WHERE subject_id = @id", ("id", subject));

    private Task<DateTime?> LastRun(string name) => bench.One<DateTime?>("SELECT last_run_at FROM scheduled_runs WHERE name = @name", ("name", name));

    /// <summary>The bus alone, without the caretaker's own rounds.</summary>
    private async Task<IAsyncDisposable> StartedBus()
    {
        var bus = bench.Services.GetRequiredService<MassTransit.IBusControl>();
        await MassTransit.BusControlExtensions.StartAsync(bus, TimeSpan.FromSeconds(30));
        return new Stopping(bus);
    }

    private sealed class Stopping(MassTransit.IBusControl bus) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await bus.StopAsync(CancellationToken.None);
    }

    /// <summary>What the processes of this virtual host may write to, as a pattern of names.</summary>
    private async Task Permit(string write)
    {
        using var management = TestServers.RabbitMqManagementClient();
        var user = Uri.UnescapeDataString(TestServers.RabbitMq.UserInfo.Split(':')[0]);
        (await management.PutAsJsonAsync($"/api/permissions/{broker.Name}/{user}", new { configure = ".*", write, read = ".*" })).EnsureSuccessStatusCode();
    }

    /// <summary>A queue as its worker would have made it, without the worker.</summary>
    private Task DeclareQueue(string queue, string exchange) => OnBroker(async channel =>
    {
        await channel.ExchangeDeclareAsync(exchange, "fanout", durable: true);
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false);
        await channel.QueueBindAsync(queue, exchange, "");
        return true;
    });

    private Task<uint> Count(string queue) => OnBroker(async channel => (await channel.QueueDeclarePassiveAsync(queue)).MessageCount);

    private Task<uint> Purge(string queue) => OnBroker(channel => channel.QueuePurgeAsync(queue));

    private async Task<T> OnBroker<T>(Func<IChannel, Task<T>> ask)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(broker.Uri) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        return await ask(channel);
    }
}

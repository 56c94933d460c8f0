using System.Diagnostics;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Panoramax.Database;
using Panoramax.Database.Jobs;
using Panoramax.Database.Rows;
using Panoramax.Messaging;
using Panoramax.Messaging.Jobs;
using Panoramax.Testing.Servers;

namespace Panoramax.ServiceTests.Messaging;

/// <summary>What happens to owed work when something breaks: the lines of the design's table that need no second process. Long, because they stand and are read as that one table.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class JobRunnerTests
{
    private TestDatabase database = null!;
    private TestBroker broker = null!;
    private IHost host = null!;

    private JobRunner Runner => host.Services.GetRequiredService<JobRunner>();

    [OneTimeSetUp]
    public async Task Start()
    {
        database = await TestDatabase.Create();
        broker = await TestBroker.Create();
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration["ConnectionStrings:panoramax"] = database.ConnectionString("picture_worker");
        builder.Configuration["ConnectionStrings:rabbitmq"] = broker.Uri;
        builder.Configuration["Jobs:RetryLimit"] = "2";
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddPanoramaxDatabase();
        builder.AddPanoramaxBus(new QueueConsumer(JobKind.ReadMetadata, typeof(Silent)));
        host = builder.Build();
        await host.StartAsync();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await host.StopAsync();
        host.Dispose();
        await broker.DisposeAsync();
        await database.DisposeAsync();
    }

    [Test]
    public async Task Work_that_is_done_leaves_no_job_and_a_closed_history()
    {
        var picture = await Request();
        await Run(picture, JobResult.Nothing());

        Assert.That(await Job(picture), Is.Null);
        var history = (await History(picture)).Single();
        Assert.That((history.Error, history.Warning, history.Attempt), Is.EqualTo(((string?)null, (string?)null, 1)));
        Assert.That(history.FinishedAt, Is.Not.Null);
    }

    [Test]
    [Property("Fault", "SequenceChanged before the sequence exists")]
    public async Task A_message_without_a_job_is_old_news()
    {
        var worked = false;
        await Runner.Run(JobKind.Prepare, Guid.NewGuid(), (_, _) =>
        {
            worked = true;
            return Task.FromResult(JobResult.Nothing());
        }, givenUp: null, CancellationToken.None);
        Assert.That(worked, Is.False);
    }

    [Test]
    [Property("Fault", "message of an old revision")]
    public async Task Work_asked_for_again_meanwhile_is_not_lost()
    {
        var picture = await Request();
        await Runner.Run(JobKind.Prepare, picture, async (_, _) =>
        {
            await Ask(picture);
            return JobResult.Nothing();
        }, givenUp: null, CancellationToken.None);

        var job = await Job(picture);
        Assert.That(job, Is.Not.Null);
        Assert.That((job!.Revision, job.Attempts), Is.EqualTo((2L, 0)));
    }

    [Test]
    [Property("Fault", "message delivered twice")]
    public async Task Two_messages_at_once_lead_to_one_try()
    {
        var picture = await Request();
        var tries = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Runner.Run(JobKind.Prepare, picture, async (_, cancel) =>
        {
            Interlocked.Increment(ref tries);
            await Task.Delay(300, cancel);
            return JobResult.Nothing();
        }, givenUp: null, CancellationToken.None)));
        Assert.That(tries, Is.EqualTo(1));
    }

    [Test]
    [Property("Fault", "clock jumps")]
    public async Task A_clock_that_jumps_moves_the_next_try_and_nothing_else()
    {
        // Written while the clock was a day ahead, then set right: the row is from the future, its next try is over.
        var ahead = await Request();
        await database.Execute($"UPDATE jobs SET requested_at = now() + interval '1 day', announced_at = now() + interval '1 day' WHERE subject_id = '{ahead}'");
        await Run(ahead, JobResult.Nothing());
        Assert.That(await Job(ahead), Is.Null, "worked on all the same");

        // Postponed while the clock was ahead: it waits, but asking again is stronger, since order is by revision and not by time.
        var postponed = await Request();
        await database.Execute($"UPDATE jobs SET not_before = now() + interval '1 day' WHERE subject_id = '{postponed}'");
        await Run(postponed, JobResult.Nothing());
        Assert.That((await Job(postponed))!.Revision, Is.EqualTo(1));
        await Ask(postponed);
        Assert.That((await Job(postponed))!.Revision, Is.EqualTo(2));
        await Run(postponed, JobResult.Nothing());
        Assert.That(await Job(postponed), Is.Null);
    }

    [Test]
    public async Task An_error_counts_as_a_try_and_the_pause_doubles()
    {
        var picture = await Request();
        await Fail(picture, new InvalidOperationException("the blur service answered 500"));
        var first = (await Job(picture))!;
        await MakeDue(picture);
        await Fail(picture, new InvalidOperationException("the blur service answered 500"));
        var second = (await Job(picture))!;

        Assert.That((first.Attempts, second.Attempts), Is.EqualTo((1, 2)));
        var now = await database.Scalar<DateTime>("SELECT now()");
        Assert.That((second.NotBefore.UtcDateTime - now).TotalSeconds, Is.EqualTo(60).Within(5), "30 s doubled");
        Assert.That((await History(picture)).Select(row => row.Error), Is.All.EqualTo("the blur service answered 500"));
    }

    [Test]
    [Property("Contract", "write.md B.48")]
    public async Task An_outage_counts_no_try_however_often_it_happens()
    {
        var picture = await Request();
        for (var i = 0; i < 5; i++)
        {
            await Fail(picture, new Outage("the picture store is not reached"), GiveUpForbidden);
            await MakeDue(picture);
        }

        Assert.That((await Job(picture))!.Attempts, Is.Zero);
        Assert.That((await History(picture)).Select(row => (row.Error, row.Warning)),
            Is.All.EqualTo(((string?)null, "outage: the picture store is not reached")));
    }

    [Test]
    [Property("Contract", "write.md B.48")]
    public async Task A_picture_is_given_up_when_its_tries_are_used_up()
    {
        var picture = await Request();
        var permanent = new List<bool>();
        for (var i = 0; i < 3; i++)
        {
            await MakeDue(picture);
            await Fail(picture, new InvalidOperationException("no"), (_, isPermanent, _) =>
            {
                permanent.Add(isPermanent);
                return Task.CompletedTask;
            });
        }

        Assert.That(permanent, Is.EqualTo(new[] { false }), "given up once, after the limit of 2 retries");
        Assert.That(await Job(picture), Is.Null);
        Assert.That(await History(picture), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_permanent_failure_is_given_up_at_once()
    {
        var picture = await Request();
        var permanent = new List<bool>();
        await Fail(picture, new PermanentFailure("the file is cut"), (_, isPermanent, _) =>
        {
            permanent.Add(isPermanent);
            return Task.CompletedTask;
        });

        Assert.That(permanent, Is.EqualTo(new[] { true }));
        Assert.That(await Job(picture), Is.Null);
        Assert.That((await History(picture)).Single().Error, Is.EqualTo("the file is cut"));
    }

    [Test]
    [Property("Fault", "same picture kills the worker every time")]
    public async Task Work_that_killed_its_worker_at_every_try_is_given_up_without_another_one()
    {
        var picture = await Request();
        await database.Execute($"UPDATE jobs SET attempts = 3 WHERE subject_id = '{picture}'");
        await database.Execute($"INSERT INTO job_history (kind, subject_id, started_at, attempt, worker) VALUES ('prepare', '{picture}', now(), 3, 'gone')");
        var worked = false;
        await Runner.Run(JobKind.Prepare, picture, (_, _) =>
        {
            worked = true;
            return Task.FromResult(JobResult.Nothing());
        }, (_, _, _) => Task.CompletedTask, CancellationToken.None);

        Assert.That(worked, Is.False);
        Assert.That(await Job(picture), Is.Null);
        var history = await History(picture);
        Assert.That(history[0].Warning, Is.EqualTo("interrupted"), "the row that the crash left open");
        Assert.That(history[1].Error, Does.Contain("killed its worker"));
    }

    [Test]
    public async Task Work_interrupted_by_a_stop_goes_back_uncounted()
    {
        var picture = await Request();
        using var stop = new CancellationTokenSource();
        var run = Runner.Run(JobKind.Prepare, picture, async (_, cancel) =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, cancel);
            return JobResult.Nothing();
        }, GiveUpForbidden, stop.Token);

        await Assert.ThatAsync(() => run, Throws.InstanceOf<OperationCanceledException>());
        Assert.That((await Job(picture))!.Attempts, Is.Zero);
        Assert.That((await History(picture)).Single().Warning, Is.EqualTo("interrupted"));
    }

    [Test]
    public async Task The_result_for_a_subject_that_is_gone_is_not_committed()
    {
        var picture = await Request();
        await Run(picture, JobResult.Done(async (change, cancel) =>
        {
            await change.Db.Database.ExecuteSqlAsync($"INSERT INTO job_history (kind, subject_id, started_at, attempt, worker) VALUES ('prepare', {picture}, now(), 99, 'intruder')", cancel);
            return false;
        }));

        Assert.That(await Job(picture), Is.Null);
        Assert.That((await History(picture)).Select(row => row.Attempt), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task A_worker_that_lost_its_lock_overwrites_nothing()
    {
        var picture = await Request();
        var run = Runner.Run(JobKind.Prepare, picture, async (job, cancel) =>
        {
            await KillConnection(job.Connection.ProcessID);
            return JobResult.Done(async (change, token) =>
            {
                await change.Db.Database.ExecuteSqlAsync($"UPDATE jobs SET args = '{{}}' WHERE subject_id = {picture}", token);
                return true;
            });
        }, GiveUpForbidden, CancellationToken.None);

        await Assert.ThatAsync(() => run, Throws.InstanceOf<Exception>(), "the bus has to try the message again");
        var job = (await Job(picture))!;
        Assert.That(job.Attempts, Is.Zero, "an outage counts no try");
        Assert.That(job.Args, Is.Null, "nothing of the result was written");
    }

    [Test]
    public async Task What_cannot_be_done_after_the_commit_leaves_a_job_that_brings_somebody_back()
    {
        var picture = await Request();
        await Run(picture, JobResult.Done((change, _) =>
        {
            change.Request(JobKind.Discard, picture, "OriginalLeft", announce: false);
            return Task.FromResult(true);
        }) with
        {
            Afterwards = _ => throw new IOException("the disk is gone"),
        });

        await using var db = database.Context("picture_worker");
        Assert.That(await db.Jobs.Where(row => row.SubjectId == picture).Select(row => row.Kind).SingleAsync(), Is.EqualTo("discard"));
        Assert.That((await History(picture)).Single().Error, Is.Null, "the preparation itself succeeded");
    }

    [Test]
    public async Task A_stop_right_after_the_commit_does_not_rewrite_the_history_of_what_succeeded()
    {
        // The broker was killed between the commit and the deletion of the original: the picture was then counted as interrupted.
        var picture = await Request();
        using var stop = new CancellationTokenSource();
        await Runner.Run(JobKind.Prepare, picture, (_, _) => Task.FromResult(JobResult.Nothing() with
        {
            Afterwards = async cancel =>
            {
                await stop.CancelAsync();
                cancel.ThrowIfCancellationRequested();
            },
        }), GiveUpForbidden, stop.Token);

        var history = (await History(picture)).Single();
        Assert.That((history.Error, history.Warning), Is.EqualTo(((string?)null, (string?)null)));
        Assert.That(await Job(picture), Is.Null);
    }

    [Test]
    public async Task A_committed_change_is_announced_behind_the_answer()
    {
        var picture = Guid.NewGuid();
        await using (var scope = host.Services.CreateAsyncScope())
        {
            await using var change = await scope.ServiceProvider.GetRequiredService<JobRequests>().BeginChange(CancellationToken.None);
            change.Request(JobKind.ReadMetadata, picture, "AskedAgain");
            await change.Commit(CancellationToken.None);
        }

        var watch = Stopwatch.StartNew();
        while ((await Job(picture, JobKind.ReadMetadata))?.AnnouncedAt is null)
        {
            Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)), "not announced");
            await Task.Delay(50);
        }
    }

    [Test]
    public async Task A_change_that_is_not_committed_owes_nothing()
    {
        var picture = Guid.NewGuid();
        await using (var scope = host.Services.CreateAsyncScope())
        {
            await using var change = await scope.ServiceProvider.GetRequiredService<JobRequests>().BeginChange(CancellationToken.None);
            change.Request(JobKind.ReadMetadata, picture, "AskedAgain");
        }

        Assert.That(await Job(picture, JobKind.ReadMetadata), Is.Null);
    }

    [Test]
    [Property("Contract", "write.md B.49")]
    public async Task The_caretakers_look_finds_what_nobody_was_told_of_fewest_tries_first()
    {
        // A kind of its own, so that the other tests' jobs do not mix in.
        var (a, b, c) = (await Ask(Guid.NewGuid(), JobKind.Dispatch), await Ask(Guid.NewGuid(), JobKind.Dispatch), await Ask(Guid.NewGuid(), JobKind.Dispatch));
        await database.Execute($"UPDATE jobs SET requested_at = now() - interval '1 minute', attempts = CASE WHEN subject_id = '{b}' THEN 1 ELSE 0 END WHERE kind = 'dispatch'");
        await database.Execute($"UPDATE jobs SET requested_at = requested_at + interval '1 second' WHERE subject_id = '{c}'");
        await using var source = database.Source("dispatch_worker");

        var first = await JobStore.Due(source, JobKind.Dispatch, 1, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(10), CancellationToken.None);
        var second = await JobStore.Due(source, JobKind.Dispatch, 1, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(10), CancellationToken.None);
        var third = await JobStore.Due(source, JobKind.Dispatch, 5, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(10), CancellationToken.None);
        Assert.That(first.Concat(second).Concat(third).Select(job => job.SubjectId), Is.EqualTo(new[] { a, c, b }));

        Assert.That(await JobStore.Due(source, JobKind.Dispatch, 5, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(10), CancellationToken.None), Is.Empty, "they are announced now");
        await database.Execute("UPDATE jobs SET announced_at = now() - interval '11 minutes' WHERE kind = 'dispatch'");
        Assert.That(await JobStore.Due(source, JobKind.Dispatch, 5, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(10), CancellationToken.None), Has.Count.EqualTo(3), "their messages were lost");
    }

    private static Task GiveUpForbidden(Change change, bool permanent, CancellationToken cancel) => throw new InvalidOperationException("must not be given up");

    private Task<Guid> Request() => Ask(Guid.NewGuid());

    private async Task<Guid> Ask(Guid subject, JobKind kind = JobKind.Prepare)
    {
        await using var db = database.Context("picture_worker");
        await JobStore.Request(db, kind, subject, args: null, traceparent: null, CancellationToken.None);
        return subject;
    }

    private Task Run(Guid picture, JobResult result) =>
        Runner.Run(JobKind.Prepare, picture, (_, _) => Task.FromResult(result), givenUp: null, CancellationToken.None);

    private Task Fail(Guid picture, Exception error, WriteGivenUp? givenUp = null) =>
        Runner.Run(JobKind.Prepare, picture, (_, _) => throw error, givenUp, CancellationToken.None);

    private Task MakeDue(Guid picture) => database.Execute($"UPDATE jobs SET not_before = now() WHERE subject_id = '{picture}'");

    private Task KillConnection(int process)
    {
        var superuser = new Npgsql.NpgsqlConnectionStringBuilder(TestServers.Postgres) { Pooling = false }.ConnectionString;
        return Kill();

        async Task Kill()
        {
            await using var source = Npgsql.NpgsqlDataSource.Create(superuser);
            await using var command = source.CreateCommand($"SELECT pg_terminate_backend({process})");
            await command.ExecuteNonQueryAsync();
        }
    }

    private async Task<JobRow?> Job(Guid subject, JobKind kind = JobKind.Prepare)
    {
        await using var db = database.Context("picture_worker");
        return await db.Jobs.AsNoTracking().SingleOrDefaultAsync(row => row.SubjectId == subject && row.Kind == kind.Text());
    }

    private async Task<List<JobHistoryRow>> History(Guid subject)
    {
        await using var db = database.Context("picture_worker");
        return await db.JobHistory.AsNoTracking().Where(row => row.SubjectId == subject).OrderBy(row => row.Id).ToListAsync();
    }

    /// <summary>Reads its queue and does nothing: these tests run the work themselves.</summary>
    internal sealed class Silent : IConsumer<Panoramax.Messaging.Contracts.MetadataOutdated>
    {
        public Task Consume(ConsumeContext<Panoramax.Messaging.Contracts.MetadataOutdated> context) => Task.CompletedTask;
    }
}

using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Panoramax.EndToEndTests.Faults;
using Panoramax.Testing.Pictures;

namespace Panoramax.EndToEndTests.Telemetry;

/// <summary>
/// What processes really report: every metric that is documented, and every name and label that the dashboard and the alerts
/// of <c>deploy/grafana</c> ask for.
/// </summary>
internal sealed partial class MetricTests
{
    /// <summary>Metrics of others: the broker's own exporter.</summary>
    private static readonly string[] ofOthers = ["rabbitmq_detailed_queue_messages_ready"];

    private static readonly Dictionary<string, string[]> documented = new(StringComparer.Ordinal)
    {
        ["panoramax.pictures.received"] = ["outcome"],
        ["panoramax.picture.size"] = [],
        ["panoramax.pictures.prepared"] = ["outcome"],
        ["panoramax.picture.prepare.duration"] = ["step"],
        ["panoramax.upload_set.dispatch.duration"] = [],
        ["panoramax.sequence.pictures"] = [],
        ["panoramax.jobs.due"] = ["kind"],
        ["panoramax.jobs.oldest_due.age"] = ["kind"],
        ["panoramax.jobs.skipped"] = ["kind", "reason"],
        ["panoramax.jobs.failed"] = ["kind", "reason"],
        ["panoramax.originals.left"] = [],
        ["panoramax.storage.duration"] = ["bucket", "operation", "outcome"],
        ["panoramax.search.duration"] = ["shape"],
        ["panoramax.tile.size"] = ["zoom"],
    };

    private TraceCollector collector = null!;
    private FaultyInstance faulty = null!;
    private IReadOnlyCollection<ReportedMetric> reported = [];

    [OneTimeSetUp]
    public async Task Use_everything_once()
    {
        collector = await TraceCollector.Start();
        faulty = await FaultyInstance.Start(collector.Settings);
        var (set, picture) = await faulty.SendOne();
        await faulty.Instance.Uploader.UntilReady(set);
        await faulty.Instance.Visitor.Get("search?limit=1");
        await faulty.Instance.Visitor.Get("map/14/8119/5787.mvt");
        await faulty.Instance.Visitor.Bytes($"pictures/{picture}/sd.jpg");
        // A message for work that is done is skipped; a picture that cannot be blurred fails and breaks.
        await faulty.Instance.Uploader.Complete(set);
        faulty.BlurStatus = 500;
        var (_, broken) = await faulty.SendOne();
        await faulty.Until($"SELECT preparing_status FROM pictures WHERE id = '{broken}'", "broken");

        var watch = Stopwatch.StartNew();
        do
        {
            await Task.Delay(500);
            reported = collector.Metrics;
        }
        while (documented.Keys.Where(name => name != "panoramax.jobs.skipped").Any(name => reported.All(metric => metric.Name != name)) && watch.Elapsed < TimeSpan.FromSeconds(20));
        // One more report of each process: what was reported last is in it, too.
        await Task.Delay(2500);
        reported = collector.Metrics;
        foreach (var metric in reported.OrderBy(metric => metric.Name, StringComparer.Ordinal))
            TestContext.Out.WriteLine($"{metric.Service}: {string.Join(' ', metric.InPrometheus)} {{{string.Join(',', metric.Labels)}}}");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await faulty.DisposeAsync();
        await collector.DisposeAsync();
    }

    [Test]
    public void Every_documented_metric_is_reported_with_its_labels_and_no_other_of_ours()
    {
        Assert.Multiple(() =>
        {
            foreach (var (name, labels) in documented)
            {
                var found = reported.Where(metric => metric.Name == name).ToList();
                // Messages without work are rare; that they are counted is a test of the job runner.
                if (name != "panoramax.jobs.skipped") Assert.That(found, Is.Not.Empty, name);
                foreach (var metric in found) Assert.That(metric.Labels, Is.EquivalentTo(labels), name);
            }

            Assert.That(reported.Where(metric => metric.Name.StartsWith("panoramax.", StringComparison.Ordinal)).Select(metric => metric.Name).Distinct(), Is.SubsetOf(documented.Keys));
        });
    }

    [Test]
    public void Each_process_reports_under_its_name() =>
        Assert.That(reported.Select(metric => metric.Service).Distinct(), Is.EquivalentTo(new[] { "gateway", "stac", "auth", "upload", "picture-worker", "dispatch-worker" }));

    [Test]
    public void No_label_of_ours_holds_an_id_or_a_name() =>
        Assert.That(reported.Where(metric => metric.Name.StartsWith("panoramax.", StringComparison.Ordinal)).SelectMany(metric => metric.Labels).Distinct(),
            Is.SubsetOf(new[] { "outcome", "step", "kind", "reason", "bucket", "operation", "shape", "zoom" }));

    [TestCase("dashboard.json")]
    [TestCase("alerts.yaml")]
    public void Whatever_is_asked_for_in_Grafana_is_reported(string file)
    {
        var text = File.ReadAllText(Path.Combine(SharedPictures.RepositoryRoot, "deploy", "grafana", file));
        var expressions = file.EndsWith(".json", StringComparison.Ordinal) ? OfTheDashboard(text) : [text];
        // By OTLP the process's name and instance come with each metric.
        var known = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var metric in reported)
        foreach (var name in metric.InPrometheus)
        {
            if (!known.TryGetValue(name, out var labels)) known[name] = labels = new(["service_name", "service_instance_id", "le"], StringComparer.Ordinal);
            labels.UnionWith(metric.Labels.Select(label => label.Replace('.', '_')));
        }

        known["panoramax_jobs_skipped_total"] = new(["kind", "reason", "service_name"], StringComparer.Ordinal);
        var names = expressions.SelectMany(expression => MetricName().Matches(expression).Select(match => match.Value)).Except(ofOthers).Distinct().ToList();
        Assert.That(names, Has.Count.GreaterThan(5));
        Assert.Multiple(() =>
        {
            foreach (var name in names) Assert.That(known.Keys, Does.Contain(name), file);
            foreach (var expression in expressions)
            foreach (var match in Grouped().Matches(expression).Cast<Match>())
            foreach (var label in match.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries).Where(label => label != "queue"))
                Assert.That(MetricName().Matches(expression).Any(name => known.TryGetValue(name.Value, out var labels) && labels.Contains(label)), $"{label} in {(expression.Length < 300 ? expression : file)}");
        });
    }

    private static List<string> OfTheDashboard(string text)
    {
        using var dashboard = JsonDocument.Parse(text);
        var ids = dashboard.RootElement.GetProperty("panels").EnumerateArray().Select(panel => panel.GetProperty("id").GetInt32()).ToList();
        Assert.That(ids, Is.Unique);
        return [.. dashboard.RootElement.GetProperty("panels").EnumerateArray().Where(panel => panel.TryGetProperty("targets", out _))
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!)];
    }

    [GeneratedRegex(@"\b(panoramax|http_server|db_client|messaging|dotnet|rabbitmq)_[a-z0-9_]+(?=[\[{) ])(?<!_type)(?<!_state)")]
    private static partial Regex MetricName();

    [GeneratedRegex(@"by \(([^)]+)\)")]
    private static partial Regex Grouped();
}

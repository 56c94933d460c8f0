using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using k8s.Models;
using Microsoft.Extensions.Configuration;
using Panoramax.Database;
using Panoramax.ServiceDefaults.Health;
using Panoramax.ServiceDefaults.Settings;
using Panoramax.Testing.Pictures;
using Panoramax.Testing.Processes;

namespace Panoramax.ServiceTests.Deployment;

/// <summary>The Kubernetes overlays are strictly valid, and what they name exists in the code: images, ports, settings, secrets, routes.</summary>
[TestFixture("single-node")]
[TestFixture("production")]
[Parallelizable(ParallelScope.All)]
internal sealed partial class ManifestTests(string overlay)
{
    private static readonly string[] services = ["gateway", "stac", "auth", "upload", "picture-worker", "dispatch-worker"];

    /// <summary>Unset means "off" or "the default of the platform"; everything else without a default must be set.</summary>
    private static readonly string[] mayBeUnset =
    [
        "ConnectionStrings:panoramax-read", "Storage:Folder", "Storage:PublicPermanentUrl", "Storage:PublicDerivatesUrl", "Blur:Url",
        "Auth:Provider", "Auth:Authority", "Auth:ClientId", "Auth:ClientSecret", "Instance:License:SpdxId", "Instance:License:Url",
        "Instance:CollaborativeMetadata", "Gateway:MapOrigins",
        // The console's commands that the manifests run need neither.
        "admin ConnectionStrings:rabbitmq", "admin Auth:SigningKey",
    ];

    private Manifests manifests = null!;
    private IReadOnlyDictionary<(string, string), string> secrets = null!;

    [OneTimeSetUp]
    public void Render()
    {
        manifests = Manifests.Of(overlay);
        secrets = Manifests.Secrets();
    }

    [Test]
    public void It_parses_strictly_and_holds_no_kind_of_others()
    {
        Assert.That(manifests.All, Has.Count.GreaterThan(30));
        Assert.That(manifests.Kind<V1Deployment>().Select(made => made.Metadata.Name), Is.EquivalentTo(services));
        Assert.That(manifests.All.Select(made => made.GetType().Namespace), Is.All.EqualTo("k8s.Models"));
    }

    [Test]
    public void Every_image_of_ours_is_a_project_that_the_Dockerfile_builds_in_this_version()
    {
        var version = XDocument.Load(Path.Combine(SharedPictures.RepositoryRoot, "Directory.Build.props")).Descendants("Version").Single().Value;
        foreach (var container in manifests.Containers().Where(container => container.IsOurs))
        {
            var parts = container.Container.Image.Split('/', ':');
            var project = "Panoramax." + string.Concat(parts[1].Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
            Assert.That(Directory.EnumerateFiles(SharedPictures.RepositoryRoot, project + ".csproj", SearchOption.AllDirectories), Is.Not.Empty, project);
            Assert.That(parts[2], Is.EqualTo(version), container.Container.Image);
        }

        Assert.That(manifests.Containers().Select(container => container.Container.Image), Is.All.Contains(":").And.None.EndsWith(":latest"), "every image has a version");
    }

    [Test]
    public void Every_port_leads_to_a_process_that_listens_there()
    {
        var dockerfile = File.ReadAllText(Path.Combine(SharedPictures.RepositoryRoot, "deploy", "images", "Dockerfile"));
        var listens = ListeningPort().Match(dockerfile).Groups[1].Value;
        var pods = manifests.Pods().ToList();
        foreach (var container in manifests.Containers().Where(container => container is { IsOurs: true, IsInit: false } && services.Contains(container.Process)))
            Assert.That(container.Container.Ports.Single().ContainerPort.ToString(null, null), Is.EqualTo(listens), container.Process);
        foreach (var service in manifests.Kind<V1Service>())
        {
            var pod = pods.Single(pod => service.Spec.Selector.All(label => pod.Template.Metadata.Labels.TryGetValue(label.Key, out var value) && value == label.Value));
            var names = pod.Template.Spec.Containers.SelectMany(container => container.Ports ?? []).Select(port => port.Name);
            foreach (var port in service.Spec.Ports) Assert.That(names, Does.Contain(port.TargetPort.Value), service.Metadata.Name);
        }

        var ingress = manifests.Kind<V1Ingress>().Single().Spec.Rules.Single().Http.Paths.Single().Backend.Service;
        Assert.That(manifests.Kind<V1Service>().Single(service => service.Metadata.Name == ingress.Name).Spec.Ports.Single().Name, Is.EqualTo(ingress.Port.Name));
    }

    [Test]
    public void The_gateway_finds_the_services_where_they_are()
    {
        var gateway = manifests.Containers().Single(container => container.Process == "gateway");
        var addresses = manifests.Environment(gateway, secrets).Where(pair => pair.Key.StartsWith("services__", StringComparison.Ordinal)).ToList();

        // The names that the gateway's routes use.
        Assert.That(addresses.Select(pair => pair.Key), Is.EquivalentTo(new[] { "services__stac__http__0", "services__auth__http__0", "services__upload__http__0" }));
        foreach (var (_, address) in addresses)
        {
            var uri = new Uri(address);
            Assert.That(manifests.Kind<V1Service>().Single(service => service.Metadata.Name == uri.Host).Spec.Ports.Single().Port, Is.EqualTo(uri.Port));
        }
    }

    [Test]
    public void Every_environment_name_is_a_setting_and_no_value_is_refused()
    {
        foreach (var container in manifests.Containers().Where(container => container.IsOurs))
        {
            var environment = manifests.Environment(container, secrets);
            foreach (var name in environment.Keys.Where(name => !IsOfThePlatform(name)))
                Assert.That(SettingsTable.Of(name.Replace("__", ":", StringComparison.Ordinal)), Is.Not.Null, $"{container.Process}: {name}");
            Assert.That(SettingsCheck.Mistakes(Configuration(environment), Process(container)), Is.Empty, container.Process);
        }
    }

    [Test]
    public void Every_setting_without_a_default_is_set()
    {
        foreach (var container in manifests.Containers().Where(container => container is { IsOurs: true, IsInit: false } && container.Process != "migrate"))
        {
            var environment = manifests.Environment(container, secrets);
            var process = Process(container);
            foreach (var setting in SettingsTable.All.Where(setting => setting.Default is null && setting.ReadBy.Contains(process)))
            {
                if (mayBeUnset.Contains(setting.Key) || mayBeUnset.Contains($"{process} {setting.Key}")) continue;
                Assert.That(environment.GetValueOrDefault(setting.Environment), Is.Not.Null.And.Not.Empty, $"{container.Process}: {setting.Environment}");
            }
        }
    }

    [Test]
    public void Secrets_come_by_reference_and_each_is_one_that_the_script_makes()
    {
        foreach (var container in manifests.Containers())
        {
            foreach (var variable in container.Container.Env ?? [])
            {
                var setting = SettingsTable.Of(variable.Name.Replace("__", ":", StringComparison.Ordinal));
                if (setting is { IsSecret: true }) Assert.That(variable.ValueFrom?.SecretKeyRef, Is.Not.Null, $"{container.Process}: {variable.Name}");
                if (variable.ValueFrom?.SecretKeyRef is not { } secret) continue;
                Assert.That(Manifests.Secrets(("OIDC_CLIENT_ID", "x"), ("OIDC_CLIENT_SECRET", "y")).Keys, Does.Contain((secret.Name, secret.Key)), container.Process);
            }
        }

        Assert.That(manifests.Kind<V1Secret>(), Is.Empty, "no secret lies in the repository");
        foreach (var map in manifests.Kind<V1ConfigMap>().SelectMany(map => map.Data.Keys))
            Assert.That(SettingsTable.Of(map.Replace("__", ":", StringComparison.Ordinal)) is { IsSecret: true }, Is.False, map);
    }

    [Test]
    public void Each_process_has_its_own_role_and_its_own_key()
    {
        foreach (var container in manifests.Containers().Where(container => container.IsOurs && container.Process is not ("migrate" or "orphans")))
        {
            foreach (var secret in (container.Container.Env ?? []).Select(variable => variable.ValueFrom?.SecretKeyRef).Where(secret => secret?.Name is "panoramax-database" or "panoramax-store"))
                Assert.That(secret!.Key, Does.StartWith(container.Process), container.Process);
        }
    }

    [Test]
    public void No_process_of_ours_is_root_or_can_write_but_where_it_receives_files()
    {
        foreach (var container in manifests.Containers().Where(container => container.IsOurs))
        {
            var about = $"{container.Process}/{container.Container.Name}";
            Assert.That(container.Pod.SecurityContext.RunAsNonRoot, Is.True, about);
            Assert.That(container.Pod.SecurityContext.RunAsUser, Is.GreaterThan(0), about);
            Assert.That(container.Pod.SecurityContext.SeccompProfile.Type, Is.EqualTo("RuntimeDefault"), about);
            Assert.That(container.Pod.AutomountServiceAccountToken, Is.False, about);
            Assert.That(container.Container.SecurityContext.ReadOnlyRootFilesystem, Is.True, about);
            Assert.That(container.Container.SecurityContext.AllowPrivilegeEscalation, Is.False, about);
            Assert.That(container.Container.SecurityContext.Capabilities.Drop, Is.EqualTo(new[] { "ALL" }), about);
            var writable = (container.Container.VolumeMounts ?? []).Where(mount => mount.ReadOnlyProperty != true).Select(mount => mount.MountPath).ToList();
            var expected = container is { Process: "upload", IsInit: false } ? new[] { manifests.Environment(container, secrets)["Upload__TempFolder"] } : [];
            Assert.That(writable, Is.EqualTo(expected), about);
        }
    }

    [Test]
    public void Each_container_says_what_it_needs_and_how_much_memory_it_gets()
    {
        foreach (var container in manifests.Containers())
        {
            Assert.That(container.Container.Resources?.Requests?.Keys, Is.EquivalentTo(new[] { "cpu", "memory" }), container.Process);
            Assert.That(container.Container.Resources!.Limits.Keys, Is.EqualTo(new[] { "memory" }), container.Process);
        }
    }

    [Test]
    public void Probes_ask_the_health_routes()
    {
        foreach (var container in manifests.Containers().Where(container => container is { IsOurs: true, IsInit: false } && services.Contains(container.Process)))
        {
            Assert.That(container.Container.LivenessProbe.HttpGet.Path, Is.EqualTo(HealthEndpoints.Prefix + "/live"), container.Process);
            Assert.That(container.Container.StartupProbe.HttpGet.Path, Is.EqualTo(HealthEndpoints.Prefix + "/live"), container.Process);
            Assert.That(container.Container.ReadinessProbe.HttpGet.Path, Is.EqualTo(HealthEndpoints.Prefix + "/ready"), container.Process);
        }
    }

    [Test]
    public void Everything_that_uses_the_database_waits_for_the_migration()
    {
        Assert.That(manifests.Kind<V1Job>().Count(job => job.Metadata.Name == "migrate"), Is.EqualTo(1));
        foreach (var (process, template) in manifests.Pods().Where(pod => services.Contains(pod.Process) && pod.Process != "gateway"))
        {
            var wait = template.Spec.InitContainers.Single();
            Assert.That(wait.Args, Is.EqualTo(new[] { "await-schema" }), process);
            Assert.That(wait.Env.Single().Name, Is.EqualTo("ConnectionStrings__" + DatabaseSetup.ConnectionName), process);
        }
    }

    [Test]
    public async Task Every_command_of_the_console_exists()
    {
        await using var console = await ServiceProcess.Start("Panoramax.Admin", [], waitUntilReady: false, arguments: "--help");
        await console.Ended(TimeSpan.FromSeconds(60));
        var commands = console.Log.Split('\n').Select(line => line.Trim().Split(' ')[0]).ToList();
        foreach (var container in manifests.Containers().Where(container => container.Container.Image.StartsWith("panoramax/admin", StringComparison.Ordinal)))
            Assert.That(commands, Does.Contain(container.Container.Args[0]), container.Process);
    }

    [Test]
    public void Policies_follow_the_diagram()
    {
        var policies = manifests.Kind<V1NetworkPolicy>().ToList();
        Assert.That(policies.Single(policy => policy.Metadata.Name == "nothing-by-default").Spec.Egress, Is.Null.Or.Empty);
        var arrows = policies.Where(policy => policy.Spec.PodSelector.MatchLabels?.ContainsKey("panoramax") == true)
            .SelectMany(policy => (policy.Spec.Egress ?? []).SelectMany(rule => rule.To ?? []).Where(peer => peer.PodSelector is not null)
                .Select(peer => $"{policy.Spec.PodSelector.MatchLabels["panoramax"]} -> {peer.PodSelector.MatchLabels["panoramax"]}"));

        Assert.That(arrows.Where(arrow => !arrow.StartsWith("s3-set-up", StringComparison.Ordinal)), Is.EquivalentTo(new[]
        {
            "gateway -> stac", "gateway -> auth", "gateway -> upload",
            "stac -> postgres", "stac -> s3", "auth -> postgres",
            "upload -> postgres", "upload -> rabbitmq", "upload -> s3",
            "picture-worker -> postgres", "picture-worker -> rabbitmq", "picture-worker -> s3",
            "dispatch-worker -> postgres", "dispatch-worker -> rabbitmq",
            "migrate -> postgres", "orphans -> postgres", "orphans -> s3",
        }));
    }

    [Test]
    public void Only_upload_the_picture_worker_and_the_console_have_a_key_to_incoming()
    {
        var folder = Path.Combine(SharedPictures.RepositoryRoot, "deploy", "s3");
        var reaching = Directory.EnumerateFiles(folder, "*.json").Where(file => File.ReadAllText(file).Contains("arn:aws:s3:::incoming", StringComparison.Ordinal))
            .Select(file => Path.GetFileNameWithoutExtension(file));
        Assert.That(reaching, Is.EquivalentTo(new[] { "upload", "picture-worker", "admin" }));
        using var upload = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "upload.json")));
        Assert.That(upload.RootElement.GetProperty("Statement").EnumerateArray().SelectMany(statement => statement.GetProperty("Resource").EnumerateArray()).Select(arn => arn.GetString()),
            Is.All.StartsWith("arn:aws:s3:::incoming"), "upload has a key to nothing else");

        var holders = manifests.Containers().Where(container => container.IsOurs && (container.Container.Env ?? []).Any(variable => variable.Name == "Storage__S3__SecretKey"))
            .Select(container => (container.Process, container.Container.Env.Single(variable => variable.Name == "Storage__S3__SecretKey").ValueFrom.SecretKeyRef.Key));
        Assert.That(holders, Is.EquivalentTo(new[]
        {
            ("stac", "stac-secret-key"), ("upload", "upload-secret-key"), ("picture-worker", "picture-worker-secret-key"), ("orphans", "admin-secret-key"),
        }));
    }

    [Test]
    public void Bodies_and_time_outs_of_the_ingress_are_larger_than_ours()
    {
        var annotations = manifests.Kind<V1Ingress>().Single().Metadata.Annotations;
        var body = long.Parse(annotations["nginx.ingress.kubernetes.io/proxy-body-size"].TrimEnd('m'), null) * 1024 * 1024;
        Assert.That(body, Is.GreaterThan(long.Parse(SettingsTable.Of("Upload:MaxFileBytes")!.Default!, null)));
        Assert.That(TimeSpan.FromSeconds(int.Parse(annotations["nginx.ingress.kubernetes.io/proxy-read-timeout"], null)),
            Is.GreaterThan(TimeSpan.Parse(SettingsTable.Of("Gateway:ServiceTimeout")!.Default!, null)));
        Assert.That(annotations["nginx.ingress.kubernetes.io/proxy-request-buffering"], Is.EqualTo("off"));
        Assert.That(manifests.Environment(manifests.Containers().Single(container => container.Process == "gateway"), secrets)["Gateway__TrustedProxies"], Is.EqualTo("1"));
    }

    [Test]
    public void Every_pod_may_take_longer_to_end_than_its_process_does()
    {
        foreach (var (process, template) in manifests.Pods().Where(pod => services.Contains(pod.Process)))
        {
            var before = template.Spec.Containers.Single().Lifecycle?.PreStop?.Sleep?.Seconds ?? 0;
            Assert.That(template.Spec.TerminationGracePeriodSeconds, Is.GreaterThan(before + 5), process);
        }
    }

    [Test]
    public void In_production_processes_are_several_apart_and_scaled()
    {
        if (overlay != "production")
        {
            Assert.That(manifests.Kind<V2HorizontalPodAutoscaler>(), Is.Empty);
            Assert.That(manifests.Kind<V1StatefulSet>().Select(made => made.Metadata.Name), Is.EquivalentTo(new[] { "postgres", "rabbitmq", "minio" }));
            return;
        }

        Assert.That(manifests.Kind<V1StatefulSet>(), Is.Empty, "the servers are outside");
        Assert.That(manifests.Kind<V1PodDisruptionBudget>().Select(budget => budget.Spec.Selector.MatchLabels["panoramax"]), Is.EquivalentTo(services));
        foreach (var deployment in manifests.Kind<V1Deployment>())
        {
            Assert.That(deployment.Spec.Replicas, Is.GreaterThan(1), deployment.Metadata.Name);
            var term = deployment.Spec.Template.Spec.Affinity.PodAntiAffinity.PreferredDuringSchedulingIgnoredDuringExecution.Single().PodAffinityTerm;
            Assert.That(term.LabelSelector.MatchLabels["panoramax"], Is.EqualTo(deployment.Metadata.Name));
        }

        var scalers = manifests.Kind<V2HorizontalPodAutoscaler>().ToDictionary(scaler => scaler.Spec.ScaleTargetRef.Name);
        Assert.That(scalers.Keys, Is.EquivalentTo(new[] { "gateway", "stac", "upload", "picture-worker" }));
        Assert.That(scalers["stac"].Spec.Metrics.Single().Resource.Name, Is.EqualTo("cpu"));
        var waiting = scalers["picture-worker"].Spec.Metrics.Single().External.Metric;
        Assert.That(waiting.Selector.MatchLabels["queue"], Is.EqualTo(Panoramax.Messaging.Contracts.Queues.Of(Panoramax.Database.Jobs.JobKind.Prepare)));

        var stac = manifests.Containers().Single(container => container is { Process: "stac", IsInit: false });
        Assert.That(stac.Container.Env.Select(variable => variable.Name), Does.Contain("ConnectionStrings__panoramax-read"));
        foreach (var writer in manifests.Containers().Where(container => container is { IsInit: false, Process: "auth" or "upload" or "picture-worker" or "dispatch-worker" }))
            Assert.That(manifests.Environment(writer, secrets)["PGOPTIONS"], Is.EqualTo("-c synchronous_commit=remote_apply"), writer.Process);
    }

    /// <summary>Names that the runtime, the telemetry and the database driver read themselves.</summary>
    private static bool IsOfThePlatform(string name) =>
        name.StartsWith("OTEL_", StringComparison.Ordinal) || name.StartsWith("services__", StringComparison.Ordinal) || name is "PGOPTIONS";

    private static string Process(PodContainer container) => container.Container.Image.Split('/', ':')[1];

    private static IConfigurationRoot Configuration(Dictionary<string, string> environment) => new ConfigurationBuilder()
        .AddInMemoryCollection(environment.Select(pair => KeyValuePair.Create(pair.Key.Replace("__", ":", StringComparison.Ordinal), (string?)pair.Value))).Build();

    [GeneratedRegex(@"ASPNETCORE_HTTP_PORTS=(\d+)")]
    private static partial Regex ListeningPort();
}

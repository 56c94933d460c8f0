using System.Collections.Concurrent;
using System.Diagnostics;
using k8s;
using k8s.Models;
using Panoramax.Testing.Pictures;

namespace Panoramax.ServiceTests.Deployment;

/// <summary>A container of ours or of a server, with the process it belongs to.</summary>
/// <param name="Process">The label <c>panoramax</c> of its pod.</param>
internal sealed record PodContainer(string Process, V1PodSpec Pod, V1Container Container, bool IsInit)
{
    public bool IsOurs => Container.Image.StartsWith("panoramax/", StringComparison.Ordinal);
}

/// <summary>An overlay of <c>deploy/kubernetes</c> as <c>kubectl kustomize</c> renders it, read strictly.</summary>
internal sealed class Manifests
{
    private static readonly ConcurrentDictionary<string, Lazy<Manifests>> rendered = new(StringComparer.Ordinal);

    private Manifests(IReadOnlyList<object> all) => All = all;

    public IReadOnlyList<object> All { get; }

    public static Manifests Of(string overlay) => rendered.GetOrAdd(overlay, name => new Lazy<Manifests>(() => Read(Render(name)))).Value;

    public static string Folder => Path.Combine(SharedPictures.RepositoryRoot, "deploy", "kubernetes");

    public IEnumerable<T> Kind<T>() => All.OfType<T>();

    /// <summary>Every pod that the manifests make, by the label <c>panoramax</c>.</summary>
    public IEnumerable<(string Process, V1PodTemplateSpec Template)> Pods()
    {
        IEnumerable<V1PodTemplateSpec> templates =
        [
            .. Kind<V1Deployment>().Select(made => made.Spec.Template), .. Kind<V1StatefulSet>().Select(made => made.Spec.Template),
            .. Kind<V1Job>().Select(made => made.Spec.Template), .. Kind<V1CronJob>().Select(made => made.Spec.JobTemplate.Spec.Template),
        ];
        return templates.Select(template => (template.Metadata.Labels["panoramax"], template));
    }

    public IEnumerable<PodContainer> Containers() => Pods().SelectMany(pod =>
        (pod.Template.Spec.InitContainers ?? []).Select(container => new PodContainer(pod.Process, pod.Template.Spec, container, IsInit: true))
        .Concat(pod.Template.Spec.Containers.Select(container => new PodContainer(pod.Process, pod.Template.Spec, container, IsInit: false))));

    /// <summary>The environment of a container; values of secrets come from <paramref name="secrets"/>, null when the platform leaves one out.</summary>
    public Dictionary<string, string> Environment(PodContainer of, IReadOnlyDictionary<(string Secret, string Key), string> secrets)
    {
        var maps = Kind<V1ConfigMap>().ToDictionary(map => map.Metadata.Name, map => map.Data, StringComparer.Ordinal);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var source in of.Container.EnvFrom ?? [])
        foreach (var (key, value) in maps[source.ConfigMapRef.Name]) environment[key] = value;
        foreach (var variable in of.Container.Env ?? [])
        {
            if (variable.ValueFrom?.SecretKeyRef is { } secret)
            {
                if (secrets.TryGetValue((secret.Name, secret.Key), out var value)) environment[variable.Name] = value;
                else if (secret.Optional != true) throw new InvalidOperationException($"{of.Process}: no secret {secret.Name}/{secret.Key}");
            }
            else if (variable.ValueFrom?.ConfigMapKeyRef is { } map)
            {
                if (maps[map.Name].TryGetValue(map.Key, out var value)) environment[variable.Name] = value;
                else if (map.Optional != true) throw new InvalidOperationException($"{of.Process}: no setting {map.Name}/{map.Key}");
            }
            else
            {
                environment[variable.Name] = variable.Value ?? "";
            }
        }

        return environment;
    }

    /// <summary>What <c>create-secrets.sh</c> makes, read strictly, too.</summary>
    public static IReadOnlyDictionary<(string Secret, string Key), string> Secrets(params (string Name, string Value)[] settings)
    {
        var text = Run("bash", [Path.Combine(Folder, "create-secrets.sh")], settings);
        return KubernetesYaml.LoadAllFromString(text, typeMap: null, strict: true).Cast<V1Secret>()
            .SelectMany(secret => secret.StringData.Select(pair => KeyValuePair.Create((secret.Metadata.Name, pair.Key), pair.Value)))
            .ToDictionary();
    }

    private static Manifests Read(string yaml) => new(KubernetesYaml.LoadAllFromString(yaml, typeMap: null, strict: true));

    private static string Render(string overlay) => Run("kubectl", ["kustomize", Path.Combine(Folder, "overlays", overlay)]);

    private static string Run(string program, string[] arguments, params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (name, value) in settings) start.Environment[name] = value;
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {errors.GetAwaiter().GetResult()}");
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new InvalidOperationException($"{program} is not there: the manifests are rendered with kubectl 1.27 or later", missing);
        }
    }
}

using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Panoramax.ServiceDefaults.Settings;

/// <summary>
/// Lets an operator move over from the upstream server without rewriting the environment: where a setting of ours is
/// unset and upstream's is there, ours gets its value (converted where the form differs), and one line of the log
/// names what was taken. Names and forms: upstream's settings guide.
/// </summary>
internal static class UpstreamSettings
{
    public static void AddUpstreamSettings(this IHostApplicationBuilder builder)
    {
        var taken = Translate(builder.Configuration);
        if (taken.Count == 0) return;

        builder.Configuration.AddInMemoryCollection(taken.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value.Value)));
        builder.Services.AddHostedService(services => new Hint(
            [.. taken.Select(setting => (setting.Value.Upstream, setting.Key))], services.GetRequiredService<ILogger<Hint>>()));
    }

    /// <summary>Our key → upstream's name and the value in our form, for each key of ours that is unset.</summary>
    internal static Dictionary<string, (string Upstream, string Value)> Translate(IConfiguration settings)
    {
        var taken = new Dictionary<string, (string, string)>(StringComparer.OrdinalIgnoreCase);

        void Take(string ours, string upstream, Func<string, string?>? convert = null)
        {
            if (settings[upstream] is not { Length: > 0 } value) return;
            if ((convert is null ? value : convert(value)) is { } converted) Set(ours, upstream, converted);
        }

        void Set(string ours, string upstream, string value)
        {
            // A section that is set in any form (Instance:Name as a text or by language) counts as set.
            if (!settings.GetSection(ours).Exists()) taken.TryAdd(ours, (upstream, value));
        }

        TakeDatabase(settings, Set);
        TakeStorage(settings, Set);
        Take("Storage:PublicPermanentUrl", "API_PERMANENT_PICTURES_PUBLIC_URL");
        Take("Storage:PublicDerivatesUrl", "API_DERIVATES_PICTURES_PUBLIC_URL");

        Take("Upload:RequireLogin", "API_FORCE_AUTH_ON_UPLOAD", value => value == "true" ? "true" : null);
        Take("Upload:AcceptDuplicates", "API_ACCEPT_DUPLICATE", Boolean);
        Take("Blur:Url", "API_BLUR_URL");
        Take("Blur:Kind", "API_BLUR_URL", _ => "Remote");
        Take("Blur:KeepUnblurredParts", "PICTURE_PROCESS_KEEP_UNBLURRED_PARTS", Boolean);
        // -1 means "one per core" there, which is our default; 0 means "no worker inside the API", which has no counterpart here.
        Take("Jobs:Concurrency", "PICTURE_PROCESS_THREADS_LIMIT", value => int.TryParse(value, CultureInfo.InvariantCulture, out var threads) && threads > 0 ? value : null);
        Take("Jobs:RetryLimit", "PICTURE_PROCESS_NB_RETRIES");
        Take("Map:GridRefreshCron", "PICTURE_PROCESS_REFRESH_CRON");

        Take("Auth:Provider", "OAUTH_PROVIDER");
        Take("Auth:Authority", "OAUTH_OIDC_URL");
        Take("Auth:ClientId", "OAUTH_CLIENT_ID");
        Take("Auth:ClientSecret", "OAUTH_CLIENT_SECRET");
        Take("Auth:SigningKey", "FLASK_SECRET_KEY");
        Take("Auth:CookieLifetime", "FLASK_PERMANENT_SESSION_LIFETIME", Duration);
        Take("Auth:CookieDomain", "FLASK_SESSION_COOKIE_DOMAIN");
        Take("Auth:RequireTerms", "API_ENFORCE_TOS_ACCEPTANCE", Boolean);
        Take("Auth:RegistrationIsOpen", "API_REGISTRATION_IS_OPEN", Boolean);

        TakeSummary(settings, Set);
        Take("Instance:License:SpdxId", "API_PICTURES_LICENSE_SPDX_ID");
        Take("Instance:License:Url", "API_PICTURES_LICENSE_URL");
        Take("Instance:DefaultVisibility", "API_DEFAULT_PICTURE_VISIBILITY");
        Take("Instance:CollaborativeMetadata", "API_DEFAULT_COLLABORATIVE_METADATA_EDITING", Boolean);
        Take("Instance:Website", "API_WEBSITE_URL");

        // Names of upstream's own templates mean nothing here, addresses do.
        Take("Gateway:MainPage", "API_MAIN_PAGE", Address);
        Take("Gateway:ViewerPage", "API_VIEWER_PAGE", Address);
        Take("Gateway:TrustedProxies", "INFRA_NB_PROXIES");
        return taken;
    }

    private static void TakeDatabase(IConfiguration settings, Action<string, string, string> set)
    {
        if (settings["DB_URL"] is { Length: > 0 } url)
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Host.Length == 0)
            {
                set("ConnectionStrings:panoramax", "DB_URL", url); // the check says what is wrong with it
                return;
            }

            var (name, password) = Credentials(address);
            set("ConnectionStrings:panoramax", "DB_URL", Connection(
                address.Host, address.Port > 0 ? address.Port.ToString(CultureInfo.InvariantCulture) : null,
                Uri.UnescapeDataString(address.AbsolutePath.TrimStart('/')), name, password));
        }
        else if (settings["DB_HOST"] is { Length: > 0 } host)
        {
            set("ConnectionStrings:panoramax", "DB_HOST", Connection(
                host, settings["DB_PORT"], settings["DB_NAME"], settings["DB_USERNAME"], settings["DB_PASSWORD"]));
        }
    }

    private static string Connection(string host, string? port, string? database, string? name, string? password)
    {
        var parts = new System.Data.Common.DbConnectionStringBuilder { ["Host"] = host };
        if (!string.IsNullOrEmpty(port)) parts["Port"] = port;
        if (!string.IsNullOrEmpty(database)) parts["Database"] = database;
        if (!string.IsNullOrEmpty(name)) parts["Username"] = name;
        if (!string.IsNullOrEmpty(password)) parts["Password"] = password;
        return parts.ConnectionString;
    }

    private static void TakeStorage(IConfiguration settings, Action<string, string, string> set)
    {
        foreach (var (ours, own, folder) in new[]
        {
            ("Incoming", "FS_TMP_URL", "tmp"),
            ("Permanent", "FS_PERMANENT_URL", "permanent"),
            ("Derivates", "FS_DERIVATES_URL", "derivates"),
        })
        {
            // FS_URL puts three folders into one place. As one bucket it has no counterpart: who may read originals is
            // decided by bucket here.
            var (upstream, url) = settings[own] is { Length: > 0 } value
                ? (own, value)
                : ("FS_URL", settings["FS_URL"] is { Length: > 0 } common && !common.StartsWith("s3://", StringComparison.Ordinal)
                    ? $"{common.TrimEnd('/')}/{folder}" : "");
            if (url.Length == 0) continue;

            if (!url.StartsWith("s3://", StringComparison.Ordinal))
            {
                var path = url.StartsWith("osfs://", StringComparison.Ordinal) ? url["osfs://".Length..] : url;
                set("Storage:Kind", upstream, "Folder");
                set($"Storage:{ours}", upstream, path);
                continue;
            }

            // s3://key:secret@bucket?endpoint_url=https%3A//host&region=x
            if (!Uri.TryCreate(url, UriKind.Absolute, out var address)) continue;
            var (key, secret) = Credentials(address);
            var query = address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
                .Select(pair => pair.Split('=', 2))
                .ToDictionary(pair => pair[0], pair => pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : "", StringComparer.Ordinal);
            set("Storage:Kind", upstream, "S3");
            set($"Storage:{ours}", upstream, address.Host);
            if (key is not null) set("Storage:S3:AccessKey", upstream, key);
            if (secret is not null) set("Storage:S3:SecretKey", upstream, secret);
            if (query.TryGetValue("endpoint_url", out var endpoint)) set("Storage:S3:Endpoint", upstream, endpoint);
            if (query.TryGetValue("region", out var region)) set("Storage:S3:Region", upstream, region);
        }
    }

    /// <summary>API_SUMMARY is one JSON object; its texts are objects by language.</summary>
    private static void TakeSummary(IConfiguration settings, Action<string, string, string> set)
    {
        if (settings["API_SUMMARY"] is not { Length: > 0 } json) return;

        JsonDocument parsed;
        try
        {
            parsed = JsonDocument.Parse(json);
        }
        catch (JsonException)
        {
            throw new SettingsException(["API_SUMMARY is not JSON: an object with name, description, geo_coverage, logo, color and email is expected"]);
        }

        using var summary = parsed;
        if (summary.RootElement.ValueKind != JsonValueKind.Object) throw new SettingsException(["API_SUMMARY is not a JSON object"]);
        foreach (var (field, ours) in new[]
        {
            ("name", "Name"), ("description", "Description"), ("geo_coverage", "GeoCoverage"), ("logo", "Logo"), ("color", "Color"), ("email", "Email"),
        })
        {
            if (!summary.RootElement.TryGetProperty(field, out var value)) continue;
            if (value.ValueKind == JsonValueKind.String) set($"Instance:{ours}", "API_SUMMARY", value.GetString()!);
            if (value.ValueKind != JsonValueKind.Object) continue;
            if (settings.GetSection($"Instance:{ours}").Exists()) continue;
            foreach (var language in value.EnumerateObject().Where(language => language.Value.ValueKind == JsonValueKind.String))
                set($"Instance:{ours}:{language.Name}", "API_SUMMARY", language.Value.GetString()!);
        }
    }

    private static (string? Name, string? Password) Credentials(Uri address)
    {
        var parts = address.UserInfo.Split(':', 2);
        return (parts[0].Length > 0 ? Uri.UnescapeDataString(parts[0]) : null, parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : null);
    }

    private static string? Boolean(string value) => value.Trim().ToLowerInvariant() switch
    {
        "true" or "1" or "yes" or "on" or "t" or "y" => "true",
        "false" or "0" or "no" or "off" or "f" or "n" => "false",
        // Taken as it is: the check then refuses it with a sentence, where leaving it out would hide the mistake.
        _ => value,
    };

    private static string? Duration(string value) =>
        double.TryParse(value, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds).ToString("c", CultureInfo.InvariantCulture) : value;

    private static string? Address(string value) =>
        value.StartsWith("http://", StringComparison.Ordinal) || value.StartsWith("https://", StringComparison.Ordinal) ? value : null;

    private sealed class Hint((string Upstream, string Ours)[] taken, ILogger<Hint> log) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            // Names only: values may be secrets.
            log.LogInformation(
                "Settings taken from upstream's names; set ours instead: {Settings}",
                string.Join(", ", taken.Select(setting => $"{setting.Upstream} → {setting.Ours.Replace(":", "__", StringComparison.Ordinal)}")));
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

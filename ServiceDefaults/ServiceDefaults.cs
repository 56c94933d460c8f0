using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Panoramax.ServiceDefaults.Health;
using Panoramax.ServiceDefaults.Settings;
using Panoramax.ServiceDefaults.Telemetry;

namespace Panoramax.ServiceDefaults;

/// <summary>
/// What every process of Panoramax has in common: settings of upstream, telemetry, health, service discovery and a
/// quick stop. The first line of each <c>Program.cs</c> is <see cref="AddServiceDefaults{T}"/>, the first one after
/// <c>Build()</c> is <see cref="MapServiceDefaults"/>.
/// </summary>
public static class ServiceDefaults
{
    /// <summary>Registers the defaults. Call it before anything that reads settings.</summary>
    /// <returns>The same builder.</returns>
    public static T AddServiceDefaults<T>(this T builder)
        where T : IHostApplicationBuilder
    {
        builder.AddMountedSecrets();
        builder.AddUpstreamSettings();
        builder.CheckSettings();
        builder.AddConsoleLog();
        builder.AddTelemetry();
        builder.AddQuickStop();

        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddHealthChecks();
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http => http.AddServiceDiscovery());
        return builder;
    }

    /// <summary>Maps <c>/health/live</c> and <c>/health/ready</c>.</summary>
    /// <param name="readiness">Which checks decide about <c>/health/ready</c>: workers need the bus, HTTP services do not.</param>
    /// <returns>The same application.</returns>
    public static WebApplication MapServiceDefaults(this WebApplication app, Readiness readiness = Readiness.WithoutBus)
    {
        app.MapHealth(readiness);
        return app;
    }

    /// <summary>Files below <c>Secrets:Folder</c>, each named as its environment variable, which wins over the file.</summary>
    private static void AddMountedSecrets(this IHostApplicationBuilder builder)
    {
        var folder = builder.Configuration["Secrets:Folder"] is { Length: > 0 } given ? given : "/run/secrets";
        if (!Directory.Exists(folder)) return;
        var source = new Microsoft.Extensions.Configuration.KeyPerFile.KeyPerFileConfigurationSource
        {
            FileProvider = new Microsoft.Extensions.FileProviders.PhysicalFileProvider(folder), Optional = true,
            // The folder may hold files of others (a platform's own secrets); ours have a level in their name.
            IgnoreCondition = name => !name.Contains("__", StringComparison.Ordinal) || name.StartsWith('.'),
        };
        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, source);
    }

    /// <summary>
    /// One JSON object a line on standard output, which collectors can read; in development one plain line.
    /// <c>Logging:Console:FormatterName</c> overrides both.
    /// </summary>
    private static void AddConsoleLog(this IHostApplicationBuilder builder)
    {
        // The framework's lines for each request and each redirect hold queries: codes and states of logins, positions.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Http.Result", LogLevel.Warning);
        if (builder.Configuration["Logging:Console:FormatterName"] is not null) return;

        if (builder.Environment.IsDevelopment())
        {
            builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
            return;
        }

        builder.Logging.AddJsonConsole(console =>
        {
            console.IncludeScopes = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
        });
    }
}

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Panoramax.ServiceDefaults.Health;

namespace Panoramax.ServiceDefaults.Telemetry;

/// <summary>Traces, metrics and logs; sent by OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set (Aspire sets it).</summary>
internal static class TelemetrySetup
{
    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        // What nobody collects is not made: spans and their attributes take part of the time of each small answer.
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])) return;

        builder.Logging.AddOpenTelemetry(log =>
        {
            log.IncludeFormattedMessage = true;
            log.IncludeScopes = true;
        });

        var telemetry = builder.Services.AddOpenTelemetry()
            .WithTracing(traces => traces
                .AddSource(Instruments.Name, "MassTransit", "Yarp.ReverseProxy")
                .AddNpgsql()
                .AddAspNetCoreInstrumentation(web => web.Filter = request => !request.Request.Path.StartsWithSegments(HealthEndpoints.Prefix, StringComparison.Ordinal))
                .AddHttpClientInstrumentation())
            .WithMetrics(metrics => metrics
                .AddMeter(Instruments.Name, "MassTransit", "Npgsql")
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation());

        // AddService would override the environment's name, which Aspire and Kubernetes set for each process.
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_SERVICE_NAME"]))
            telemetry.ConfigureResource(resource => resource.AddService(ServiceName(builder.Environment)));

        telemetry.UseOtlpExporter();
        // A collector that does not answer must not hold up the end of the process; the default is 10 s.
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_TIMEOUT"]))
            builder.Services.PostConfigureAll<OtlpExporterOptions>(otlp => otlp.TimeoutMilliseconds = 2000);
    }

    /// <summary><c>Panoramax.PictureWorker</c> → <c>picture-worker</c>, the name of the process everywhere else.</summary>
    private static string ServiceName(IHostEnvironment environment)
    {
        var name = environment.ApplicationName[(environment.ApplicationName.LastIndexOf('.') + 1)..];
        return string.Concat(name.Select((letter, at) =>
            char.IsUpper(letter) ? (at > 0 ? "-" : "") + char.ToLowerInvariant(letter) : letter.ToString()));
    }
}

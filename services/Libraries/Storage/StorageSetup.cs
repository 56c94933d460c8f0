using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Panoramax.Storage;

/// <summary>The way in: the stores of a process.</summary>
public static class StorageSetup
{
    /// <summary>Tag of the health check; it decides about the readiness of workers, not of HTTP services.</summary>
    public const string ReadyTag = "ready-store";

    /// <summary>
    /// Adds <see cref="PictureStores"/> with the stores that this process holds keys to, from the section
    /// <c>Storage</c>, which is checked at start; and a health check tagged <see cref="ReadyTag"/>.
    /// </summary>
    /// <exception cref="OptionsValidationException">At start: a setting is missing or wrong; one sentence says which.</exception>
    public static IHostApplicationBuilder AddPictureStores(this IHostApplicationBuilder builder, params StoreName[] needed)
    {
        builder.Services.AddOptions<StorageOptions>().BindConfiguration(StorageOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<StorageOptions>, StorageOptionsCheck>();
        builder.Services.AddSingleton(services => Open(services.GetRequiredService<IOptions<StorageOptions>>().Value, needed));
        builder.Services.AddHealthChecks().AddCheck<StoreHealthCheck>("store", tags: [ReadyTag], timeout: TimeSpan.FromSeconds(5));
        return builder;
    }

    /// <summary>Opens stores without a host; for tests and tools.</summary>
    /// <exception cref="OptionsValidationException">A setting is missing or wrong; one sentence says which.</exception>
    public static PictureStores Open(StorageOptions options, params StoreName[] needed)
    {
        var check = new StorageOptionsCheck().Validate(null, options);
        if (check.Failed) throw new OptionsValidationException(StorageOptions.Section, typeof(StorageOptions), [check.FailureMessage]);

        var connection = options.Kind == StorageKind.S3 ? new S3Connection(options.S3) : null;
        return new PictureStores(needed.ToDictionary(name => name, IBucket (name) => new MeasuredPictureStore(
            connection is null
                ? new FolderPictureStore(Path.GetFullPath(Path.Combine(options.Folder ?? "/", options.NameOf(name))))
                : new S3PictureStore(connection, options.NameOf(name)),
            name)));
    }

    private sealed class StoreHealthCheck(PictureStores stores) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await stores.Probe(cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (Exception error) when (error is PictureStoreUnavailable or PictureStoreRefused)
            {
                return new HealthCheckResult(context.Registration.FailureStatus, error.Message, error);
            }
        }
    }
}

using Cronos;
using Panoramax.Messaging;

namespace Panoramax.DispatchWorker.Caretaker;

/// <summary>Settings below <c>Map:</c> that this process uses.</summary>
internal sealed class GridOptions
{
    public const string Section = "Map";

    /// <summary>When the picture grid of low zooms is counted anew: five cron fields, UTC.</summary>
    public string GridRefreshCron { get; set; } = "0 2 * * *";
}

internal static class CaretakerSetup
{
    /// <summary>Adds the caretaker's rounds. Safe in several processes at once.</summary>
    public static void AddCaretaker(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<GridOptions>().BindConfiguration(GridOptions.Section)
            .Validate(grid => CronExpression.TryParse(grid.GridRefreshCron, out _), "Map:GridRefreshCron is no cron expression of five fields")
            .ValidateOnStart();
        builder.Services.AddSingleton<QueueLengths>();
        builder.Services.AddSingleton<AnnounceDueJobs>();
        builder.Services.AddSingleton<MeasureDueJobs>();
        builder.Services.AddSingleton<ScheduledRuns>();
        builder.Services.AddSingleton<RefreshPictureGrid>();
        builder.Services.AddSingleton<PruneJobHistory>();
        builder.Services.AddHostedService<CaretakerRounds>();
    }
}

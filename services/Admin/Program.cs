using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Panoramax.Admin;
using Panoramax.Admin.Commands;
using Panoramax.ServiceDefaults;

var builder = Host.CreateApplicationBuilder();
builder.AddServiceDefaults();
using var host = builder.Build();
var configuration = host.Services.GetRequiredService<IConfiguration>();
var log = host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Panoramax.Admin");
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

try
{
    return args switch
    {
        ["migrate"] => await Migrate.Run(configuration, log, TimeProvider.System, Console.Out, stop.Token),
        ["check"] => await Check.Run(configuration, null, Console.Out, stop.Token),
        ["check", var process] => await Check.Run(configuration, process, Console.Out, stop.Token),
        ["await-schema"] => await AwaitSchema.Run(configuration, TimeProvider.System, Console.Out, stop.Token),
        _ => throw new UsageError(Usage.Text),
    };
}
catch (UsageError error)
{
    await Console.Error.WriteLineAsync(error.Message);
    return 2;
}

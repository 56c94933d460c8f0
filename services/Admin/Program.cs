using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Panoramax.Admin;
using Panoramax.ServiceDefaults;

var builder = Host.CreateApplicationBuilder();
builder.AddServiceDefaults();
using var host = builder.Build();
await using var instance = new Instance(
    host.Services.GetRequiredService<IConfiguration>(), host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Panoramax.Admin"), TimeProvider.System, Console.Out);
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
return await CommandLine.Run(instance, args, Console.Error, stop.Token);

using Panoramax.Gateway;
using Panoramax.Gateway.Docs;
using Panoramax.Gateway.Pages;
using Panoramax.ServiceDefaults;

// The content lies beside the program, so that it may be started from any folder.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

builder.AddServiceDefaults();
builder.AddGatewaySettings();
builder.AddForwarding();
builder.AddPages();

var app = builder.Build();

app.UseForwardedAddress();
app.UseAccessLog();
app.UseCors();
app.UseDraining();
app.UseErrorBodies();
app.UseResponseCompression();
app.UsePageFiles();
app.UseRouting();
app.UseRateLimiter();
app.UseBodyLimits();

app.MapServiceDefaults();
app.MapPages();
app.MapDocuments();
app.MapPlainOptions();
app.MapReverseProxy();

await app.RunAsync();

using Panoramax.Auth;
using Panoramax.Database;
using Panoramax.Http;
using Panoramax.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddPanoramaxDatabase();
builder.AddPanoramaxHttp(makesKeys: true);
builder.AddAuth();

var app = builder.Build();
app.MapServiceDefaults();
app.UsePanoramaxHttp();
app.MapAuth();
await app.RunAsync();

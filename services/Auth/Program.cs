using Panoramax.Auth;
using Panoramax.Database;
using Panoramax.Http;
using Panoramax.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddPanoramaxDatabase();
builder.AddPanoramaxHttp(makesKeys: true);

var app = builder.Build();
app.UsePanoramaxHttp();
app.MapServiceDefaults();
app.MapAuth();
app.Run();

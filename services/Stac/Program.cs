using Panoramax.Database;
using Panoramax.Http;
using Panoramax.ServiceDefaults;
using Panoramax.Stac;
using Panoramax.Stac.Catalog;
using Panoramax.Stac.Collections;
using Panoramax.Storage;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddPanoramaxDatabase(readReplica: true);
builder.AddPictureStores(StoreName.Permanent, StoreName.Derivates);
builder.AddPanoramaxHttp();
builder.AddInstance();
builder.Services.AddStacShapes().AddScoped<CollectionFeed>();

var app = builder.Build();
app.MapServiceDefaults();
app.UsePanoramaxHttp();
app.MapStac();
await app.RunAsync();

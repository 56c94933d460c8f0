using Panoramax.Database;
using Panoramax.Http;
using Panoramax.ServiceDefaults;
using Panoramax.Stac;
using Panoramax.Stac.Catalog;
using Panoramax.Stac.Collections;
using Panoramax.Stac.Items;
using Panoramax.Stac.Pictures;
using Panoramax.Storage;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddPanoramaxDatabase(readReplica: true);
builder.AddPictureStores(StoreName.Permanent, StoreName.Derivates);
builder.AddPanoramaxHttp();
builder.AddInstance();
builder.Services.AddScoped<PictureAddresses>().AddScoped<ItemShape>().AddScoped<CollectionShape>().AddScoped<CollectionFeed>();

var app = builder.Build();
app.MapServiceDefaults();
app.UsePanoramaxHttp();
app.MapStac();
await app.RunAsync();

using Panoramax.Database;
using Panoramax.Http;
using Panoramax.Messaging;
using Panoramax.ServiceDefaults;
using Panoramax.Storage;
using Panoramax.Upload;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddPanoramaxDatabase();
builder.AddPanoramaxBus();
builder.AddPictureStores(StoreName.Incoming);
builder.AddPanoramaxHttp();
builder.AddUpload();

var app = builder.Build();
app.MapServiceDefaults();
app.UsePanoramaxHttp();
app.MapUpload();
await app.RunAsync();

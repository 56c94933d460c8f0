using Panoramax.Database;
using Panoramax.Imaging;
using Panoramax.Messaging;
using Panoramax.PictureWorker;
using Panoramax.ServiceDefaults;
using Panoramax.ServiceDefaults.Health;
using Panoramax.Storage;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddPanoramaxDatabase();
builder.AddPictureStores(StoreName.Incoming, StoreName.Permanent, StoreName.Derivates);
builder.AddPictureWork();
builder.AddPanoramaxBus(PictureWork.Consumers);

var app = builder.Build();
foreach (var shortcoming in NativeLibraries.Check()) app.Logger.LogWarning("{Shortcoming}", shortcoming);

app.MapServiceDefaults(Readiness.WithBus);
app.Run();

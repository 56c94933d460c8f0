using System.Diagnostics;
using Panoramax.Database;
using Panoramax.Imaging;
using Panoramax.Messaging;
using Panoramax.PictureWorker;
using Panoramax.ServiceDefaults;
using Panoramax.ServiceDefaults.Health;
using Panoramax.Storage;

// Who reads or sends pictures goes first where processors are shared; threads take this over from the one that makes them.
Process.GetCurrentProcess().PriorityClass = ProcessPriorityClass.BelowNormal;

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

using Panoramax.Database;
using Panoramax.Database.Jobs;
using Panoramax.DispatchWorker;
using Panoramax.DispatchWorker.Caretaker;
using Panoramax.Messaging;
using Panoramax.ServiceDefaults;
using Panoramax.ServiceDefaults.Health;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddPanoramaxDatabase();
builder.AddPanoramaxBus(
    new QueueConsumer(JobKind.Dispatch, typeof(DispatchUploadSetConsumer)),
    new QueueConsumer(JobKind.Finalize, typeof(FinalizeSequenceConsumer)));
builder.Services.AddSingleton<DispatchUploadSet>();
builder.Services.AddSingleton<FinalizeSequence>();
builder.AddCaretaker();

var app = builder.Build();
app.MapServiceDefaults(Readiness.WithBus);
await app.RunAsync();

using MassTransit;

namespace Panoramax.Messaging.Contracts;

/// <summary>Nothing more will be sent to this upload set: it can be dispatched.</summary>
[EntityName("panoramax.upload-set-completed")]
[MessageUrn("panoramax:upload-set-completed")]
public sealed record UploadSetCompleted(Guid UploadSetId, DateTimeOffset At);

using MassTransit;

namespace Panoramax.Messaging.Contracts;

/// <summary>A picture waits to be prepared. <c>Reason</c>: <c>Uploaded</c>, <c>AskedAgain</c> or <c>Requeued</c>.</summary>
[EntityName("panoramax.picture-received")]
[MessageUrn("panoramax:picture-received")]
public sealed record PictureReceived(Guid PictureId, Guid? UploadSetId, string Reason, DateTimeOffset At);

using MassTransit;

namespace Panoramax.Messaging.Contracts;

/// <summary>A picture's row is gone, its files are not. <c>Reason</c>: <c>DeletedByOwner</c>, <c>CaptureDuplicate</c>, <c>UploadSetDeleted</c>, <c>CollectionDeleted</c>, <c>AccountData</c> or <c>Requeued</c>.</summary>
[EntityName("panoramax.picture-removed")]
[MessageUrn("panoramax:picture-removed")]
public sealed record PictureRemoved(Guid PictureId, string Reason, DateTimeOffset At);

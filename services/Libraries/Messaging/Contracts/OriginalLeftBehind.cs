using MassTransit;

namespace Panoramax.Messaging.Contracts;

/// <summary>A prepared picture's original still lies in <c>incoming</c>.</summary>
[EntityName("panoramax.original-left-behind")]
[MessageUrn("panoramax:original-left-behind")]
public sealed record OriginalLeftBehind(Guid PictureId, DateTimeOffset At);

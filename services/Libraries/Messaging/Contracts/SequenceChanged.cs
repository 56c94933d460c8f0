using MassTransit;

namespace Panoramax.Messaging.Contracts;

/// <summary>A sequence's headings, geometry and statistics are out of date. <c>Reason</c>: <c>ItemsEdited</c>, <c>ItemRemoved</c>, <c>HeadingAsked</c>, <c>LegacyItemPrepared</c> or <c>Requeued</c>.</summary>
[EntityName("panoramax.sequence-changed")]
[MessageUrn("panoramax:sequence-changed")]
public sealed record SequenceChanged(Guid SequenceId, string Reason, DateTimeOffset At);

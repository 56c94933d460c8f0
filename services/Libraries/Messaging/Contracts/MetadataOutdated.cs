using MassTransit;

namespace Panoramax.Messaging.Contracts;

/// <summary>A picture's metadata are to be read again: from the stored tags, or from the file.</summary>
[EntityName("panoramax.metadata-outdated")]
[MessageUrn("panoramax:metadata-outdated")]
public sealed record MetadataOutdated(Guid PictureId, bool ReadFile, DateTimeOffset At);

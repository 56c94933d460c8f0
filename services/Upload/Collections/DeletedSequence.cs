using Panoramax.Database.Rows;
using Panoramax.Domain.Sequences;

namespace Panoramax.Upload.Collections;

/// <summary>What a deleted sequence keeps: its id and the time, for crawlers; nothing of its pictures.</summary>
internal static class DeletedSequence
{
    public static void Mark(SequenceRow sequence, DateTimeOffset now)
    {
        if (sequence.Status == SequenceStatus.Deleted) return;
        sequence.Status = SequenceStatus.Deleted;
        sequence.UpdatedAt = now;
        sequence.NbPictures = 0;
        sequence.Geom = null;
        sequence.Bbox = null;
        sequence.LengthM = null;
        sequence.MinPictureTs = null;
        sequence.MaxPictureTs = null;
        sequence.ComputedType = null;
        sequence.ComputedModel = null;
        sequence.ComputedCaptureDate = null;
        sequence.ComputedHPixelDensity = null;
        sequence.ComputedGpsAccuracy = null;
    }
}

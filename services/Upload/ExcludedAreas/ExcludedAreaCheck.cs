using Microsoft.EntityFrameworkCore;
using NetTopologySuite.Geometries;
using Panoramax.Database;
using Panoramax.Http.Errors;

namespace Panoramax.Upload.ExcludedAreas;

/// <summary>Whether a place lies in an area that pictures are not taken of: a general one, or one of the picture's owner.</summary>
internal static class ExcludedAreaCheck
{
    /// <summary>
    /// Only places strictly inside count. Areas that touch the place are put together first: a large area is kept in pieces,
    /// and a place on the cut between two of them is inside of the whole.
    /// </summary>
    /// <returns>Why the place is refused, null when it is not.</returns>
    public static async Task<LocalText?> Find(PanoramaxDb db, Point place, Guid ownerId, CancellationToken cancel)
    {
        var inside = await db.Database.SqlQuery<Hit>($"""
            SELECT account_id IS NULL AS is_general, ST_Contains(ST_Union(geom), {place}) AS is_inside
            FROM excluded_areas
            WHERE (account_id IS NULL OR account_id = {ownerId}) AND ST_Intersects(geom, {place})
            GROUP BY account_id IS NULL
            """).ToListAsync(cancel);
        if (inside.Any(hit => hit is { IsGeneral: true, IsInside: true })) return UploadErrors.ExcludedAreaText;
        return inside.Any(hit => hit.IsInside) ? UploadErrors.OwnExcludedAreaText : null;
    }

    private sealed record Hit(bool IsGeneral, bool IsInside);
}

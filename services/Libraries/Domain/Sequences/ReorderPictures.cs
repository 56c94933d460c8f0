namespace Panoramax.Domain.Sequences;

/// <summary>What the order of an existing sequence may be asked by.</summary>
/// <param name="GpsTimestamp">Time of the GPS receiver, null if the picture has none.</param>
/// <param name="CameraTimestamp">Time of the camera's clock, null if the picture has none.</param>
/// <param name="FileName">Name of the file as sent, null if unknown.</param>
public sealed record ReorderedPicture(Guid Id, DateTimeOffset? GpsTimestamp, DateTimeOffset? CameraTimestamp, string? FileName);

/// <summary>Puts the pictures of a sequence into another order (<c>sortby</c> of a collection).</summary>
public static class ReorderPictures
{
    /// <summary>Values of <c>sortby</c>, as stored and sent.</summary>
    public static IReadOnlyList<string> Orders { get; } = ["+gpsdate", "-gpsdate", "+filedate", "-filedate", "+filename", "-filename"];

    /// <param name="order">One of <see cref="Orders"/>.</param>
    /// <param name="pictures">In their order of now: it decides between equals.</param>
    /// <returns>The new order, or null when a picture lacks what is asked for.</returns>
    public static IReadOnlyList<ReorderedPicture>? By(string order, IReadOnlyList<ReorderedPicture> pictures)
    {
        var ascending = order switch
        {
            "+gpsdate" or "-gpsdate" => ByTime(pictures, picture => picture.GpsTimestamp),
            "+filedate" or "-filedate" => ByTime(pictures, picture => picture.CameraTimestamp),
            "+filename" or "-filename" => ByName(pictures),
            _ => throw new ArgumentOutOfRangeException(nameof(order), order, "unknown order"),
        };
        if (ascending is null) return null;

        var sorted = ascending.ToArray();
        if (order[0] == '-') Array.Reverse(sorted);
        return sorted;
    }

    private static IEnumerable<ReorderedPicture>? ByTime(IReadOnlyList<ReorderedPicture> pictures, Func<ReorderedPicture, DateTimeOffset?> time) =>
        pictures.Any(picture => time(picture) is null) ? null : pictures.OrderBy(picture => time(picture)!.Value.UtcTicks);

    // Unlike in a dispatch, names that are no numbers are compared with their extension.
    private static IEnumerable<ReorderedPicture>? ByName(IReadOnlyList<ReorderedPicture> pictures) =>
        pictures.Any(picture => picture.FileName is null)
            ? null
            : SortPictures.OrderByFileName(pictures, picture => SortPictures.Stem(picture.FileName!), picture => picture.FileName!);
}

namespace Panoramax.Storage;

/// <summary>
/// The only place that builds keys, and always from an id, so that a key never comes from text of a user. The scheme is
/// upstream's and public: operators may serve the buckets directly, and the files of an existing instance can be taken
/// over as they are. Picture <c>1a2b3c4d-5e6f-4711-8899-aabbccddeeff</c> is <c>1a/2b/3c/4d/5e6f-4711-8899-aabbccddeeff.jpg</c>.
/// </summary>
public static class PictureKeys
{
    private const string Suffix = ".jpg";

    /// <summary>Key in <c>incoming</c> (original) and in <c>permanent</c> (HD).</summary>
    public static string Picture(Guid pictureId) => DerivatesFolder(pictureId) + Suffix;

    /// <summary>Folder in <c>derivates</c>, without the slash behind it.</summary>
    public static string DerivatesFolder(Guid pictureId)
    {
        var id = pictureId.ToString("D");
        return $"{id[..2]}/{id[2..4]}/{id[4..6]}/{id[6..8]}/{id[9..]}";
    }

    /// <summary>Key in <c>derivates</c>.</summary>
    public static string Thumbnail(Guid pictureId) => DerivatesFolder(pictureId) + "/thumb.jpg";

    /// <summary>Key in <c>derivates</c>.</summary>
    public static string Sd(Guid pictureId) => DerivatesFolder(pictureId) + "/sd.jpg";

    /// <summary>Key in <c>derivates</c>. Columns count from the left, rows from the top, both from 0.</summary>
    public static string Tile(Guid pictureId, int col, int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(col);
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        return $"{DerivatesFolder(pictureId)}/tiles/{col}_{row}.jpg";
    }

    /// <summary>Whose file a key of any bucket is; null for a key that is none of ours.</summary>
    public static Guid? PictureOf(string key)
    {
        const int FolderLength = 3 + 3 + 3 + 3 + 27;
        if (key.Length <= FolderLength || key[FolderLength] is not ('.' or '/')) return null;

        var folder = key[..FolderLength];
        var text = $"{folder[..2]}{folder[3..5]}{folder[6..8]}{folder[9..11]}-{folder[12..]}";
        return Guid.TryParseExact(text, "D", out var id) && DerivatesFolder(id) == folder ? id : null;
    }
}

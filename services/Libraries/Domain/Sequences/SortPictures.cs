using System.Globalization;
using System.Numerics;
using Panoramax.Domain.UploadSets;

namespace Panoramax.Domain.Sequences;

/// <summary>
/// Orders the pictures of an upload set. File names are compared as whole numbers when every one is a number, else
/// character by character (not naturally: <c>a10</c> before <c>a9</c>), as the API's clients do before they send.
/// </summary>
public static class SortPictures
{
    /// <param name="sortMethod">One of <see cref="SortMethod"/>.</param>
    /// <param name="pictures">In the order they were sent: it decides between equals.</param>
    /// <returns>The same pictures. A descending order is the ascending one read backwards, equals included.</returns>
    public static IReadOnlyList<DispatchedPicture> By(string sortMethod, IReadOnlyList<DispatchedPicture> pictures)
    {
        // Enumerable.OrderBy is stable.
        var ascending = sortMethod switch
        {
            SortMethod.TimeAsc or SortMethod.TimeDesc => pictures.OrderBy(picture => picture.Timestamp.UtcTicks),
            SortMethod.FilenameAsc or SortMethod.FilenameDesc => OrderByFileName(pictures, picture => Stem(picture.FileName), picture => Stem(picture.FileName)),
            _ => throw new ArgumentOutOfRangeException(nameof(sortMethod), sortMethod, "unknown sort method"),
        };

        var sorted = ascending.ToArray();
        if (sortMethod is SortMethod.TimeDesc or SortMethod.FilenameDesc) Array.Reverse(sorted);
        return sorted;
    }

    /// <summary>Orders by number where each <paramref name="stem"/> is one, else by <paramref name="text"/>; equals keep their order.</summary>
    internal static IEnumerable<T> OrderByFileName<T>(IReadOnlyList<T> items, Func<T, string> stem, Func<T, string> text)
    {
        var numbers = new List<(BigInteger Number, T Item)>(items.Count);
        foreach (var item in items)
        {
            // No limit of digits: names made of a date and a time are longer than a 64-bit number.
            if (!BigInteger.TryParse(stem(item), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                return items.OrderBy(text, StringComparer.Ordinal);
            numbers.Add((number, item));
        }

        return numbers.OrderBy(numbered => numbered.Number).Select(numbered => numbered.Item);
    }

    /// <summary>The name without folders and without its last extension; a name that is only an extension stays whole.</summary>
    internal static string Stem(string fileName)
    {
        var name = fileName[(fileName.LastIndexOf('/') + 1)..];
        var dot = name.LastIndexOf('.');
        return dot > 0 ? name[..dot] : name;
    }
}

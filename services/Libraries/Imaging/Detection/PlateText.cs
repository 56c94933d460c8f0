namespace Panoramax.Imaging.Detection;

/// <summary>Tells a licence plate by what is written on it.</summary>
internal static class PlateText
{
    /// <summary>Letters read below this, on average, may be digits in truth.</summary>
    private const double SureConfidence = 0.93;

    /// <summary>Letters whose small form cannot be taken for the capital: "c" or "o" may well be one.</summary>
    private const string CertainlySmall = "abdefghmnqrty";

    /// <summary>
    /// For lettering outside of all vehicles: 4 to 10 letters and digits with at least one digit and at most 3 other
    /// characters; no time of day (colon), no telephone or house number (digits alone, other than 5 or 6), no words (two small
    /// letters side by side). Found by trying on shop and road signs.
    /// </summary>
    internal static bool LooksLikePlate(string text)
    {
        if (text.Zip(text.Skip(1)).Any(pair => CertainlySmall.Contains(pair.First, StringComparison.Ordinal) && CertainlySmall.Contains(pair.Second, StringComparison.Ordinal))) return false;
        var own = text.Count(char.IsAsciiLetterOrDigit);
        var digits = text.Count(char.IsAsciiDigit);
        var others = text.Count(character => !char.IsAsciiLetterOrDigit(character) && character != ' ');
        return own is >= 4 and <= 10 && digits >= 1 && others <= 3 && !text.Contains(':', StringComparison.Ordinal) && (digits < own || digits is 5 or 6);
    }

    /// <summary>
    /// A maker's or dealer's name: letters only, read beyond doubt. Plates have digits nearly everywhere; on small or
    /// blurred ones digits are taken for letters, but never surely.
    /// </summary>
    internal static bool IsSurelyName(string text, double confidence) =>
        confidence >= SureConfidence && text.Count(char.IsLetter) >= 4 && !text.Any(char.IsDigit);
}

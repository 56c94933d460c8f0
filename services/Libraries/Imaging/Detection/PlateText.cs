namespace Panoramax.Imaging.Detection;

/// <summary>Tells a licence plate by what is written on it, for lettering that lies in no vehicle that was found.</summary>
internal static class PlateText
{
    /// <summary>
    /// 4 to 10 letters and digits with at least one digit and at most 3 other characters; no time of day (colon) and no
    /// long number (telephone). Found by trying on shop and road signs.
    /// </summary>
    internal static bool LooksLikePlate(string text)
    {
        var own = text.Count(char.IsAsciiLetterOrDigit);
        var digits = text.Count(char.IsAsciiDigit);
        var others = text.Count(character => !char.IsAsciiLetterOrDigit(character) && character != ' ');
        return own is >= 4 and <= 10 && digits >= 1 && others <= 3 && !text.Contains(':', StringComparison.Ordinal) && !(digits == own && digits > 6);
    }
}

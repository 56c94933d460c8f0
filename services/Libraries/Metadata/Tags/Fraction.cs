using System.Globalization;

namespace Panoramax.Metadata.Tags;

/// <summary>A rational number as EXIF writes it, or a decimal one; the denominator is never 0.</summary>
internal readonly record struct Fraction(decimal Numerator, decimal Denominator)
{
    private const NumberStyles Decimal = NumberStyles.Float;

    public double Value => (double)Numerator / (double)Denominator;

    /// <summary>Null for anything else, such as <c>0/0</c> or a decimal comma.</summary>
    public static Fraction? Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var top = slash < 0 ? text : text[..slash];
        if (!decimal.TryParse(top, slash < 0 ? Decimal : NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var numerator)) return null;
        if (slash < 0) return new Fraction(numerator, 1);
        return decimal.TryParse(text.AsSpan(slash + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var denominator) && denominator != 0
            ? new Fraction(numerator, denominator)
            : null;
    }

    /// <summary>Thousandths of thousandths, cut and not rounded; null when out of range.</summary>
    public long? Millionths()
    {
        try
        {
            return (long)decimal.Truncate(Numerator * 1_000_000 / Denominator);
        }
        catch (OverflowException)
        {
            return null;
        }
    }
}

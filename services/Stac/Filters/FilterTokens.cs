using System.Text.RegularExpressions;

namespace Panoramax.Stac.Filters;

internal enum TokenKind
{
    /// <summary>Bare name or one in double quotes.</summary>
    Field,
    Keyword,

    /// <summary>Text in single quotes, a number, or a bare time.</summary>
    Value,
    Operator,
    Open,
    Close,
    Comma,
    End,
}

internal readonly record struct Token(TokenKind Kind, string Text);

/// <summary>Cuts a filter into words.</summary>
internal static partial class FilterTokens
{
    private static readonly HashSet<string> keywords = ["AND", "OR", "NOT", "BETWEEN", "IN", "LIKE", "IS", "NULL"];

    /// <exception cref="FormatException">Something in it is no word of the language.</exception>
    public static List<Token> Of(string text)
    {
        var tokens = new List<Token>();
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            var match = Word().Match(text, at);
            if (!match.Success) throw new FormatException($"unexpected character at {at}");
            at += match.Length;
            tokens.Add(Read(match));
        }

        tokens.Add(new Token(TokenKind.End, ""));
        return tokens;
    }

    private static Token Read(Match match)
    {
        var text = match.Value;
        if (match.Groups["text"].Success) return new Token(TokenKind.Value, text[1..^1].Replace("''", "'", StringComparison.Ordinal));
        if (match.Groups["field"].Success) return new Token(TokenKind.Field, text[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal));
        if (match.Groups["time"].Success || match.Groups["number"].Success) return new Token(TokenKind.Value, text);
        if (match.Groups["name"].Success) return new Token(keywords.Contains(text) ? TokenKind.Keyword : TokenKind.Field, text);
        return text switch
        {
            "(" => new Token(TokenKind.Open, text),
            ")" => new Token(TokenKind.Close, text),
            "," => new Token(TokenKind.Comma, text),
            _ => new Token(TokenKind.Operator, text),
        };
    }

    // "==" matches "=" twice, which no rule of the grammar takes.
    [GeneratedRegex("""
        \G(?:
          (?<text>'(?:[^']|'')*')
        | (?<field>"(?:[^"]|"")+")
        | (?<time>\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?)
        | (?<number>[+-]?\d+(?:\.\d+)?)
        | (?<name>[A-Za-z_][A-Za-z0-9_.:]*)
        | <> | <= | >= | [=<>(),]
        )
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}

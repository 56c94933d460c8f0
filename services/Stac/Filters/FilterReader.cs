namespace Panoramax.Stac.Filters;

/// <summary>
/// Reads a filter: comparisons, <c>BETWEEN</c>, <c>IN</c>, <c>LIKE</c>, <c>IS NULL</c>, <c>AND</c>, <c>OR</c>, <c>NOT</c>
/// and parentheses. Which fields exist, and which forms, is decided by who uses it.
/// </summary>
internal sealed class FilterReader
{
    /// <summary>Characters; longer ones are no question that a person or a paging link asks.</summary>
    private const int MaxLength = 20_000;

    /// <summary>Parentheses and NOTs within each other: the reader calls itself for each.</summary>
    private const int MaxDepth = 50;

    /// <summary>Conditions joined by AND and OR; the tree of a longer chain would be as deep.</summary>
    private const int MaxTerms = 500;

    private readonly List<Token> tokens;
    private int at;
    private int depth;
    private int terms;

    private FilterReader(List<Token> tokens) => this.tokens = tokens;

    /// <exception cref="FormatException">It is not in the language.</exception>
    public static Filter Read(string text)
    {
        if (text.Length > MaxLength) throw new FormatException("too long");
        // The database knows no text with this character.
        if (text.Contains('\0', StringComparison.Ordinal)) throw new FormatException("a character that no text has");
        var reader = new FilterReader(FilterTokens.Of(text));
        var filter = reader.ReadOr();
        return reader.Next.Kind == TokenKind.End ? filter : throw new FormatException("the filter goes on after its end");
    }

    private Token Next => tokens[at];

    private Filter ReadOr()
    {
        var left = ReadAnd();
        while (TakeKeyword("OR")) left = new Or(left, ReadAnd());
        return left;
    }

    private Filter ReadAnd()
    {
        var left = ReadNot();
        while (TakeKeyword("AND")) left = new And(left, ReadNot());
        return left;
    }

    private Filter ReadNot()
    {
        if (!TakeKeyword("NOT")) return ReadTerm();
        Deeper();
        var inner = ReadNot();
        depth--;
        return new Not(inner);
    }

    private Filter ReadTerm()
    {
        if (++terms > MaxTerms) throw new FormatException("too many conditions");
        if (Next.Kind == TokenKind.Open)
        {
            at++;
            Deeper();
            var inner = ReadOr();
            depth--;
            Take(TokenKind.Close);
            return inner;
        }

        var field = Take(TokenKind.Field);
        if (Next.Kind == TokenKind.Operator)
        {
            var comparison = Take(TokenKind.Operator);
            return new Compare(field, comparison, Take(TokenKind.Value));
        }

        if (TakeKeyword("IS"))
        {
            var negatedNull = TakeKeyword("NOT");
            return TakeKeyword("NULL") ? new IsNull(field, negatedNull) : throw new FormatException("NULL expected");
        }

        var negated = TakeKeyword("NOT");
        if (TakeKeyword("BETWEEN"))
        {
            var low = Take(TokenKind.Value);
            if (!TakeKeyword("AND")) throw new FormatException("AND expected");
            return new Between(field, low, Take(TokenKind.Value), negated);
        }

        if (TakeKeyword("LIKE")) return new Like(field, Take(TokenKind.Value), negated);
        if (TakeKeyword("IN")) return new In(field, ReadList(), negated);
        throw new FormatException("an operator is expected");
    }

    private List<string> ReadList()
    {
        Take(TokenKind.Open);
        var values = new List<string> { Take(TokenKind.Value) };
        while (Next.Kind == TokenKind.Comma)
        {
            at++;
            values.Add(Take(TokenKind.Value));
        }

        Take(TokenKind.Close);
        return values;
    }

    private string Take(TokenKind kind) => Next.Kind == kind ? tokens[at++].Text : throw new FormatException($"{kind} expected");

    private bool TakeKeyword(string word)
    {
        if (Next.Kind != TokenKind.Keyword || Next.Text != word) return false;
        at++;
        return true;
    }

    private void Deeper()
    {
        if (++depth > MaxDepth) throw new FormatException("too deep");
    }
}

using System.Text.RegularExpressions;
using Panoramax.Http.Errors;

namespace Panoramax.Upload.Filters;

/// <summary>A condition of a filter.</summary>
internal abstract record Condition
{
    public sealed record And(Condition Left, Condition Right) : Condition;

    public sealed record Or(Condition Left, Condition Right) : Condition;

    public sealed record Not(Condition Inner) : Condition;

    /// <summary>The field has one of these values, written as text.</summary>
    public sealed record IsOneOf(string Field, IReadOnlyList<string> Values) : Condition;
}

/// <summary>
/// Reads the part of CQL2 text that lists of upload sets and reports use: <c>=</c>, <c>&lt;&gt;</c>, <c>IN</c>, <c>AND</c>,
/// <c>OR</c>, <c>NOT</c> and parentheses over fields and texts, numbers or booleans; words in any letter case.
/// </summary>
internal sealed partial class FilterReader
{
    private const int MaxLength = 4000;
    private const int MaxDepth = 50;

    private readonly List<string> tokens;
    private int position;
    private int depth;

    private FilterReader(List<string> tokens) => this.tokens = tokens;

    /// <returns>Null for an empty filter.</returns>
    /// <exception cref="Http.Errors.ApiError">400: it cannot be understood.</exception>
    public static Condition? Read(string text)
    {
        if (text.Length > MaxLength) throw UploadErrors.BadFilter($"more than {MaxLength} characters");
        if (string.IsNullOrWhiteSpace(text)) return null;
        var reader = new FilterReader(Split(text));
        var condition = reader.ReadOr();
        return reader.position == reader.tokens.Count ? condition : throw reader.Unexpected();
    }

    private static List<string> Split(string text)
    {
        var found = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var match = Token().Match(text, at);
            if (!match.Success) throw UploadErrors.BadFilter($"cannot read from character {at + 1} on");
            if (match.Groups["token"].Success) found.Add(match.Groups["token"].Value);
            at += match.Length;
        }

        return found;
    }

    private Condition ReadOr()
    {
        if (++depth > MaxDepth) throw UploadErrors.BadFilter("nested too deeply");
        var left = ReadAnd();
        while (TakeWord("OR")) left = new Condition.Or(left, ReadAnd());
        depth--;
        return left;
    }

    private Condition ReadAnd()
    {
        var left = ReadNot();
        while (TakeWord("AND")) left = new Condition.And(left, ReadNot());
        return left;
    }

    private Condition ReadNot()
    {
        var negated = false;
        while (TakeWord("NOT")) negated = !negated;
        var condition = TakeWord("(") ? ReadParenthesis() : ReadComparison();
        return negated ? new Condition.Not(condition) : condition;
    }

    private Condition ReadParenthesis()
    {
        var condition = ReadOr();
        Expect(")");
        return condition;
    }

    private Condition ReadComparison()
    {
        var field = Next();
        if (!char.IsLetter(field[0]) && field[0] != '"') throw Unexpected(back: 1);
        field = field.Trim('"');
        if (TakeWord("=")) return new Condition.IsOneOf(field, [ReadValue()]);
        if (TakeWord("<>")) return new Condition.Not(new Condition.IsOneOf(field, [ReadValue()]));
        var negated = TakeWord("NOT");
        if (TakeWord("IN"))
        {
            Expect("(");
            var values = new List<string> { ReadValue() };
            while (TakeWord(",")) values.Add(ReadValue());
            Expect(")");
            return negated ? new Condition.Not(new Condition.IsOneOf(field, values)) : new Condition.IsOneOf(field, values);
        }

        throw Unexpected();
    }

    private string ReadValue()
    {
        var token = Next();
        if (token[0] == '\'') return token[1..^1].Replace("''", "'", StringComparison.Ordinal);
        return char.IsLetterOrDigit(token[0]) ? token : throw Unexpected(back: 1);
    }

    private bool TakeWord(string word)
    {
        if (position >= tokens.Count || !tokens[position].Equals(word, StringComparison.OrdinalIgnoreCase)) return false;
        position++;
        return true;
    }

    private void Expect(string word)
    {
        if (!TakeWord(word)) throw Unexpected();
    }

    private string Next() => position < tokens.Count ? tokens[position++] : throw Unexpected();

    private ApiError Unexpected(int back = 0) => UploadErrors.BadFilter(
        position - back < tokens.Count ? $"\"{tokens[position - back]}\" is not expected there" : "it ends too early");

    [GeneratedRegex("""\G(?:\s+|(?<token>'(?:[^']|'')*'|"[^"]*"|<>|[=(),]|[\p{L}_][\w.\-]*|[0-9][\w.\-]*))""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}

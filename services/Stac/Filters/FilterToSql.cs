namespace Panoramax.Stac.Filters;

/// <summary>What a field holds, and so how its values are read.</summary>
internal enum FieldKind
{
    /// <summary>A point in time; no zone means UTC.</summary>
    Time,

    /// <summary>A day; the time of day of a value is dropped.</summary>
    Day,
    Text,
    Id,
}

/// <summary>A field that filters and sorts may name.</summary>
/// <param name="Sql">Expression over the statement's aliases: program text.</param>
internal sealed record FilterField(string Name, FieldKind Kind, string Sql);

/// <summary>Turns a filter into a condition over allowed fields; each value becomes a parameter.</summary>
internal sealed class FilterToSql(Statement statement, IReadOnlyDictionary<string, FilterField> fields)
{
    /// <exception cref="FormatException">It names an unknown field, or a value is not of the field's kind.</exception>
    public string Condition(Filter filter) => filter switch
    {
        And and => $"({Condition(and.Left)} AND {Condition(and.Right)})",
        Or or => $"({Condition(or.Left)} OR {Condition(or.Right)})",
        Not not => $"(NOT {Condition(not.Inner)})",
        Compare compare => Compare(compare),
        Between between => Between(between),
        In list => In(list),
        Like like => LikeText(like),
        IsNull isNull => $"({Field(isNull.Field).Sql} IS {Negated(isNull.Negated)}NULL)",
        _ => throw new FormatException("unknown form"),
    };

    private static string Negated(bool negated) => negated ? "NOT " : "";

    private string Compare(Compare compare)
    {
        var field = Field(compare.Field);
        var comparison = compare.Operator switch
        {
            "=" or "<>" or "<" or "<=" or ">" or ">=" => compare.Operator,
            _ => throw new FormatException("unknown operator"),
        };
        return $"({field.Sql} {comparison} {Value(field, compare.Value)})";
    }

    private string Between(Between between)
    {
        var field = Field(between.Field);
        return $"({field.Sql} {Negated(between.Negated)}BETWEEN {Value(field, between.Low)} AND {Value(field, between.High)})";
    }

    private string In(In list)
    {
        var field = Field(list.Field);
        return $"({field.Sql} {Negated(list.Negated)}IN ({string.Join(", ", list.Values.Select(value => Value(field, value)))}))";
    }

    private string LikeText(Like like)
    {
        var field = Field(like.Field);
        if (field.Kind != FieldKind.Text) throw new FormatException("LIKE is for texts");
        return $"({field.Sql} {Negated(like.Negated)}LIKE {statement.Value(like.Pattern)})";
    }

    private FilterField Field(string name) => fields.TryGetValue(name, out var field) ? field : throw new FormatException($"unknown field {name}");

    private string Value(FilterField field, string text) => field.Kind switch
    {
        FieldKind.Time => statement.Value(QueryValues.Instant(text) ?? throw new FormatException($"{text} is no time")),
        FieldKind.Day => statement.Value(DateOnly.FromDateTime((QueryValues.Instant(text) ?? throw new FormatException($"{text} is no day")).UtcDateTime)),
        FieldKind.Text => statement.Value(text),
        FieldKind.Id => statement.Value(Guid.TryParseExact(text, "D", out var id) ? id : throw new FormatException($"{text} is no id")),
    };
}

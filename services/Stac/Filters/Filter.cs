namespace Panoramax.Stac.Filters;

/// <summary>A filter as it was read: the subset of ECQL (OGC's textual filter language) that this API speaks.</summary>
internal abstract record Filter
{
    /// <summary>True when a condition of it is about this field.</summary>
    public bool Names(string field) => this switch
    {
        And and => and.Left.Names(field) || and.Right.Names(field),
        Or or => or.Left.Names(field) || or.Right.Names(field),
        Not not => not.Inner.Names(field),
        Compare compare => compare.Field == field,
        Between between => between.Field == field,
        In list => list.Field == field,
        Like like => like.Field == field,
        IsNull isNull => isNull.Field == field,
        _ => false,
    };
}

internal sealed record And(Filter Left, Filter Right) : Filter;

internal sealed record Or(Filter Left, Filter Right) : Filter;

internal sealed record Not(Filter Inner) : Filter;

/// <summary><c>=</c>, <c>&lt;&gt;</c>, <c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c> or <c>&gt;=</c>.</summary>
internal sealed record Compare(string Field, string Operator, string Value) : Filter;

/// <summary>Both ends included.</summary>
internal sealed record Between(string Field, string Low, string High, bool Negated) : Filter;

internal sealed record In(string Field, IReadOnlyList<string> Values, bool Negated) : Filter;

/// <summary><c>%</c> stands for any text, <c>_</c> for one character.</summary>
internal sealed record Like(string Field, string Pattern, bool Negated) : Filter;

internal sealed record IsNull(string Field, bool Negated) : Filter;

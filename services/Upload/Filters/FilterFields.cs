using System.Linq.Expressions;
using Panoramax.Http.Values;

namespace Panoramax.Upload.Filters;

/// <summary>The fields that a list can be filtered by, and how a filter becomes a condition on its rows.</summary>
internal sealed class FilterFields<TRow>
{
    private readonly Dictionary<string, Func<string, Expression<Func<TRow, bool>>>> fields = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A field that is true or false.</summary>
    public FilterFields<TRow> Boolean(string name, Expression<Func<TRow, bool>> value) => Add(name, text => Lenient.Bool(text) switch
    {
        true => value,
        false => Expression.Lambda<Func<TRow, bool>>(Expression.Not(value.Body), value.Parameters),
        null => throw UploadErrors.BadFilter($"{name} is true or false, not {text}"),
    });

    /// <summary>A field compared by <paramref name="equals"/>: for a text the condition that the field has it.</summary>
    public FilterFields<TRow> Add(string name, Func<string, Expression<Func<TRow, bool>>> equals)
    {
        fields.Add(name, equals);
        return this;
    }

    /// <summary>Reads a filter; an empty one lets everything through.</summary>
    /// <exception cref="Http.Errors.ApiError">400: bad syntax, or an unknown field.</exception>
    public Expression<Func<TRow, bool>> Read(string text)
    {
        var row = Expression.Parameter(typeof(TRow), "row");
        var body = FilterReader.Read(text) is { } condition ? Translate(condition, row) : Expression.Constant(true);
        return Expression.Lambda<Func<TRow, bool>>(body, row);
    }

    private Expression Translate(Condition condition, ParameterExpression row) => condition switch
    {
        Condition.And both => Expression.AndAlso(Translate(both.Left, row), Translate(both.Right, row)),
        Condition.Or either => Expression.OrElse(Translate(either.Left, row), Translate(either.Right, row)),
        Condition.Not not => Expression.Not(Translate(not.Inner, row)),
        Condition.IsOneOf comparison => comparison.Values.Select(value => Of(comparison.Field, value, row)).Aggregate(Expression.OrElse),
        _ => throw new ArgumentOutOfRangeException(nameof(condition)),
    };

    private Expression Of(string field, string value, ParameterExpression row)
    {
        if (!fields.TryGetValue(field, out var equals)) throw UploadErrors.BadFilter($"there is no field {field}, only {string.Join(", ", fields.Keys)}");
        var lambda = equals(value);
        return new Replacement(lambda.Parameters[0], row).Visit(lambda.Body);
    }

    private sealed class Replacement(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : node;
    }
}

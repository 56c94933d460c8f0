using System.Text;
using Panoramax.Stac.Filters;

namespace Panoramax.Stac.Collections;

/// <summary>One field of an order of sequences.</summary>
internal sealed record SortField(string Name, bool Descending)
{
    public string Text => (Descending ? "-" : "+") + Name;

    /// <summary>The comparison that holds for rows further on.</summary>
    public string After => Descending ? "<" : ">";

    public string Before => Descending ? ">" : "<";
}

/// <summary>
/// A total order of sequences (it always ends with upload time and id) and the positions in it, which paging links carry as
/// filters: readable, and the form in which other servers of this API write them.
/// </summary>
internal sealed record CollectionSort(IReadOnlyList<SortField> Fields)
{
    /// <summary>A day after all others, in place of an unknown one behind the first field.</summary>
    private const string LastDay = "DATE '9999-12-31'";

    private static readonly string[] names = ["created", "updated", "datetime", "visibility", "id"];

    /// <summary>As paging links write it.</summary>
    public string Text => string.Join(',', Fields.Select(each => each.Text));

    /// <exception cref="Panoramax.Http.Errors.ApiError">400 unknown field.</exception>
    public static CollectionSort Parse(string text)
    {
        var fields = new List<SortField>();
        foreach (var part in text.Split(','))
        {
            // An unescaped plus has become a blank.
            var plain = part.Trim();
            var name = plain.TrimStart('+', '-');
            if (plain.Length - name.Length > 1 || !names.Contains(name)) throw StacErrors.BadSort(plain, string.Join(", ", names));
            if (!fields.Exists(field => field.Name == name)) fields.Add(new SortField(name, plain.StartsWith('-')));
        }

        foreach (var name in (string[])["created", "id"])
        {
            if (!fields.Exists(field => field.Name == name)) fields.Add(new SortField(name, Descending: false));
        }

        return new CollectionSort(fields);
    }

    /// <summary>Expressions to sort by: those of the filter, with a value in place of what is unknown.</summary>
    public static Dictionary<string, FilterField> Keys(IReadOnlyDictionary<string, FilterField> fields) => fields.Values.Select(field => field.Name switch
    {
        "datetime" => field with { Sql = $"coalesce({field.Sql}, {LastDay})" },
        "visibility" => field with { Sql = $"coalesce({field.Sql}, '')" },
        _ => field,
    }).ToDictionary(field => field.Name, StringComparer.Ordinal);

    /// <summary>The position behind (or before) a row, as text of a filter.</summary>
    /// <param name="values">The row's values of the fields.</param>
    public string Position(IReadOnlyList<string> values, bool before)
    {
        var text = new StringBuilder();
        for (var at = 0; at < Fields.Count; at++)
        {
            var step = $"{Fields[at].Name} {(before ? Fields[at].Before : Fields[at].After)} '{values[at]}'";
            var equal = string.Join("", Enumerable.Range(0, at).Select(previous => $"{Fields[previous].Name} = '{values[previous]}' AND "));
            text.Append(at == 0 ? step : $" OR ({equal}{step})");
        }

        return text.ToString();
    }

    /// <summary>The position from which the last page is read backwards.</summary>
    /// <param name="value">The last row's value of the first field.</param>
    public string LastPosition(string value) => $"{Fields[0].Name} {Fields[0].Before}= '{value}'";

    /// <summary>
    /// What a position says about the first field alone, such as <c>created &gt;= 'a'</c> of <c>created &gt; 'a' OR (created = 'a'
    /// AND id &gt; 'b')</c>: an index can start there, which it cannot at an OR. Null where it does not follow.
    /// </summary>
    public Compare? Start(Filter position)
    {
        var leftmost = position;
        while (leftmost is Or or And) leftmost = leftmost is Or or ? or.Left : ((And)leftmost).Left;
        if (leftmost is not Compare { Operator: ">" or "<" or ">=" or "<=" } first || first.Field != Fields[0].Name) return null;

        bool Follows(Filter part) => part switch
        {
            Or or => Follows(or.Left) && Follows(or.Right),
            And and => Follows(and.Left) || Follows(and.Right),
            Compare compare => compare.Field == first.Field && compare.Value == first.Value && (compare.Operator == "=" || compare.Operator.TrimEnd('=') == first.Operator.TrimEnd('=')),
            _ => false,
        };

        return Follows(position) ? first with { Operator = first.Operator[..1] + "=" } : null;
    }

    /// <summary>True when a position looks back: its first comparison goes against the order.</summary>
    public bool IsBackward(Filter position)
    {
        while (position is Or or And) position = position is Or or ? or.Left : ((And)position).Left;
        return position is Compare first && first.Field == Fields[0].Name && first.Operator.TrimEnd('=') == Fields[0].Before;
    }
}

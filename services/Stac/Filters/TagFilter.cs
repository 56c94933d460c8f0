using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Panoramax.Domain.Accounts;

namespace Panoramax.Stac.Filters;

/// <summary>
/// A search's filter on tags: a union of terms, each true for a picture when the tag is on the picture, on one of its
/// annotations or on its sequence.
/// </summary>
internal sealed class TagFilter
{
    private const string AnyTag = "semantics";
    private const string TagPrefix = "semantics.";

    private readonly List<Term> terms = [];

    /// <summary>Up to so many tagged pictures are looked up one by one; it takes some tenths of a second.</summary>
    private const int FewPictures = 30_000;

    /// <exception cref="FormatException">It is no filter, or has a form that tags do not have.</exception>
    public static TagFilter Read(string text)
    {
        var filter = new TagFilter();
        filter.Add(FilterReader.Read(text));
        return filter;
    }

    /// <summary>The condition over picture <c>p</c> and its sequence <c>s</c>.</summary>
    public string Condition(Statement statement) => "(" + string.Join(" OR ", terms.Select(term =>
    {
        var tag = Tag(term, statement);
        return $"""
            EXISTS (SELECT 1 FROM pictures_semantics t WHERE t.picture_id = p.id AND {tag})
            OR EXISTS (SELECT 1 FROM sequences_semantics t WHERE t.sequence_id = s.id AND {tag})
            OR EXISTS (SELECT 1 FROM annotations n JOIN annotations_semantics t ON t.annotation_id = n.id WHERE n.picture_id = p.id AND {tag})
            """;
    })) + ")";

    /// <summary>Statement that finds the ids of the pictures by their tags; not where any tag counts.</summary>
    /// <param name="union"><c>UNION ALL</c> where it does no harm that a picture comes twice.</param>
    public string Pictures(Statement statement, string union = "UNION") => string.Join($" {union} ", terms.Select(term =>
    {
        var tag = Tag(term, statement);
        return $"""
            SELECT t.picture_id AS id FROM pictures_semantics t WHERE {tag}
            {union}
            SELECT m.picture_id FROM sequences_semantics t JOIN sequences_pictures m ON m.sequence_id = t.sequence_id WHERE {tag}
            {union}
            SELECT n.picture_id FROM annotations_semantics t JOIN annotations n ON n.id = t.annotation_id WHERE {tag}
            """;
    }));

    /// <summary>True when the tags are on so many pictures that finding those first would not help.</summary>
    public async Task<bool> IsCommon(NpgsqlDataSource source, CancellationToken cancel)
    {
        if (terms.Exists(term => term.Key is null)) return true;
        var statement = new Statement(Caller.Anonymous);
        await using var command = statement.On(source, $"""
            SELECT count(*) FROM ({Pictures(statement, "UNION ALL")} LIMIT {statement.Value(FewPictures + 1)}) few
            """);
        return (long)(await command.ExecuteScalarAsync(cancel))! > FewPictures;
    }

    private static string Tag(Term term, Statement statement)
    {
        if (term.Key is null) return "TRUE";
        var key = $"t.key = {statement.Value(term.Key)}";
        if (term.Values is null) return key;
        // The index holds the hash of the value; the value itself decides.
        var hashes = term.Values.Select(value => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(value)))).ToArray();
        return $"{key} AND md5(t.value) = ANY ({statement.Value(hashes)}) AND t.value = ANY ({statement.Value(term.Values)})";
    }

    private void Add(Filter filter)
    {
        switch (filter)
        {
            case Or or:
                Add(or.Left);
                Add(or.Right);
                break;
            case Compare { Operator: "=" } compare:
                terms.Add(new Term(Key(compare.Field), [compare.Value]));
                break;
            case In { Negated: false } list:
                terms.Add(new Term(Key(list.Field), [.. list.Values]));
                break;
            case IsNull { Negated: true } present:
                terms.Add(new Term(present.Field == AnyTag ? null : Key(present.Field), null));
                break;
            default:
                throw new FormatException("this form is not offered for tags");
        }
    }

    private static string Key(string field) => field.StartsWith(TagPrefix, StringComparison.Ordinal) && field.Length > TagPrefix.Length
        ? field[TagPrefix.Length..]
        : throw new FormatException($"unknown field {field}");

    /// <param name="Key">Null: any tag.</param>
    /// <param name="Values">Null: any value.</param>
    private sealed record Term(string? Key, string[]? Values);
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Panoramax.Database.Rows;
using Panoramax.Http.Values;

namespace Panoramax.Upload.Semantics;

/// <summary>One wish about a tag.</summary>
/// <param name="Action"><c>add</c> or <c>delete</c>.</param>
internal sealed record TagEdit(
    [property: JsonPropertyName("action")] string Action,
    [property: JsonPropertyName("key")] string Key,
    [property: JsonPropertyName("value")] string Value);

/// <summary>A tag as the API shows it.</summary>
internal sealed record TagJson([property: JsonPropertyName("key")] string Key, [property: JsonPropertyName("value")] string Value)
{
    /// <summary>Sorted by key, then value.</summary>
    public static IReadOnlyList<TagJson> ListOf(IEnumerable<TagRow> rows) =>
        [.. rows.OrderBy(row => row.Key, StringComparer.Ordinal).ThenBy(row => row.Value, StringComparer.Ordinal).Select(row => new TagJson(row.Key, row.Value))];
}

/// <summary>Lists of edits of tags: how they are read and what they do. Deletes go before adds, whatever their order in the list.</summary>
internal static class TagEdits
{
    public const string Add = "add";
    public const string Delete = "delete";
    private const int MaxKeyLength = 256;
    private const int MaxValueLength = 2048;

    private static readonly JsonSerializerOptions historyJson = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a field; faults are noted in <paramref name="fields"/>.</summary>
    /// <returns>Null when the field is absent or null.</returns>
    public static IReadOnlyList<TagEdit>? Read(RequestFields fields, string name = "semantics") =>
        fields.Raw(name) is { } value ? ReadList(fields, value, [name]) : null;

    /// <summary>Reads a list that stands somewhere in the body.</summary>
    public static IReadOnlyList<TagEdit> ReadList(RequestFields fields, JsonElement value, IReadOnlyList<object> path)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            fields.Fault(path, "must be a list of tags", value);
            return [];
        }

        var edits = new List<TagEdit>();
        foreach (var (index, entry) in value.EnumerateArray().Index())
        {
            if (entry.ValueKind != JsonValueKind.Object)
            {
                fields.Fault([.. path, index], "must be an object with key and value", entry);
                continue;
            }

            var key = ReadText(fields, entry, [.. path, index, "key"], MaxKeyLength);
            var text = ReadText(fields, entry, [.. path, index, "value"], MaxValueLength);
            var action = Add;
            if (entry.TryGetProperty("action", out var given) && given.ValueKind != JsonValueKind.Null)
            {
                action = RequestFields.StorableText(given);
                if (action is not (Add or Delete)) fields.Fault([.. path, index, "action"], "must be add or delete", given);
            }

            if (key is not null && text is not null && action is not null) edits.Add(new TagEdit(action, key, text));
        }

        return edits;
    }

    /// <summary>What a list of edits does to the tags that are there.</summary>
    /// <returns>Rows to remove, pairs to add, and the edits that have an effect, for the history.</returns>
    /// <exception cref="Http.Errors.ApiError">400: a pair is there already, or twice in the list; nothing may be applied then.</exception>
    public static (List<T> Removed, List<TagEdit> Added, List<TagEdit> Effective) Plan<T>(IReadOnlyCollection<T> present, IReadOnlyList<TagEdit> edits)
        where T : TagRow
    {
        var deletes = edits.Where(edit => edit.Action == Delete).Select(edit => (edit.Key, edit.Value)).ToHashSet();
        var removed = present.Where(row => deletes.Contains((row.Key, row.Value))).ToList();
        var pairs = present.Except(removed).Select(row => (row.Key, row.Value)).ToHashSet();
        var added = edits.Where(edit => edit.Action == Add).ToList();
        foreach (var edit in added.Where(edit => !pairs.Add((edit.Key, edit.Value)))) throw UploadErrors.DuplicateTag(edit.Key, edit.Value);
        return (removed, added, [.. removed.Select(row => new TagEdit(Delete, row.Key, row.Value)), .. added]);
    }

    /// <summary>The text of a history row.</summary>
    public static string ToJson(IReadOnlyList<TagEdit> edits) => JsonSerializer.Serialize(edits, historyJson);

    private static string? ReadText(RequestFields fields, JsonElement entry, IReadOnlyList<object> path, int maxLength)
    {
        if (!entry.TryGetProperty((string)path[^1], out var value))
        {
            fields.Fault(path, "is required", entry);
            return null;
        }

        if (RequestFields.StorableText(value) is not { } text)
        {
            fields.Fault(path, "must be a text without NUL characters", value);
            return null;
        }

        // Characters as the database counts them: an emoji is one, though .NET stores two.
        if (text.EnumerateRunes().Count() <= maxLength) return text;
        fields.Fault(path, $"must have at most {maxLength} characters", value);
        return null;
    }
}

using Panoramax.Stac.Filters;

namespace Panoramax.Stac.Collections;

/// <summary>The filter on sequences, with the rules around the word "status" that old crawlers and curious people brought about.</summary>
internal static class CollectionFilter
{
    /// <summary>What crawlers of the time before <c>show_deleted</c> put before their filter.</summary>
    private const string OldShowDeleted = "status IN ('deleted','ready') AND";

    /// <param name="showsDeleted">True when the filter asked so in the old way.</param>
    /// <exception cref="Panoramax.Http.Errors.ApiError">400.</exception>
    public static Filter? Read(string? text, out bool showsDeleted)
    {
        showsDeleted = false;
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (text.Contains(OldShowDeleted, StringComparison.Ordinal))
        {
            showsDeleted = true;
            text = text.Replace(OldShowDeleted, "", StringComparison.Ordinal);
        }

        // A filter on the status would tell strangers which hidden sequences there are.
        if (text.Contains("status", StringComparison.OrdinalIgnoreCase)) throw StacErrors.StatusInFilter(text.Contains("'hidden'", StringComparison.Ordinal));
        try
        {
            return FilterReader.Read(text);
        }
        catch (FormatException)
        {
            throw StacErrors.BadFilter();
        }
    }

    /// <summary>The filter as a condition.</summary>
    /// <exception cref="Panoramax.Http.Errors.ApiError">400.</exception>
    public static string Condition(Filter filter, Statement statement, IReadOnlyDictionary<string, FilterField> fields)
    {
        try
        {
            return new FilterToSql(statement, fields).Condition(filter);
        }
        catch (FormatException)
        {
            throw StacErrors.BadFilter();
        }
    }

    /// <summary>Fields of sequence <c>s</c>.</summary>
    /// <param name="shown">
    /// Null where only what the caller may see is read. Else the condition for it: of all other rows, the place, day and
    /// visibility stay unknown, so that no filter tells a hidden one from a deleted one.
    /// </param>
    public static Dictionary<string, FilterField> Fields(string? shown)
    {
        string Guarded(string sql) => shown is null ? sql : $"(CASE WHEN {shown} THEN {sql} END)";
        return new[]
        {
            new FilterField("created", FieldKind.Time, "s.inserted_at"),
            new FilterField("updated", FieldKind.Time, "s.updated_at"),
            new FilterField("datetime", FieldKind.Day, Guarded("s.computed_capture_date")),
            new FilterField("visibility", FieldKind.Text, Guarded("coalesce(s.visibility, 'anyone')")),
            new FilterField("id", FieldKind.Id, "s.id"),
        }.ToDictionary(field => field.Name, StringComparer.Ordinal);
    }
}

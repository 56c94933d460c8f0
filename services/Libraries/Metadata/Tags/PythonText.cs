using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Panoramax.Metadata.Tags;

/// <summary>
/// Lists and maps in the form that the API's clients know from the <c>exif</c> of a picture, which is Python's printed
/// form: <c>['a', 'b']</c>, <c>{'lang="x-default"': 'text'}</c>.
/// </summary>
internal static class PythonText
{
    public static string List(IEnumerable<string> values) => $"[{string.Join(", ", values.Select(Quoted))}]";

    public static string Map(IEnumerable<KeyValuePair<string, string>> values) =>
        $"{{{string.Join(", ", values.Select(pair => $"{Quoted(pair.Key)}: {Quoted(pair.Value)}"))}}}";

    /// <summary>A JSON value; text stands without quotes at the top.</summary>
    public static string Of(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : Nested(value);

    private static string Nested(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Quoted(value.GetString()!),
        JsonValueKind.True => "True",
        JsonValueKind.False => "False",
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.Array => $"[{string.Join(", ", value.EnumerateArray().Select(Nested))}]",
        JsonValueKind.Object => $"{{{string.Join(", ", value.EnumerateObject().Select(pair => $"{Quoted(pair.Name)}: {Nested(pair.Value)}"))}}}",
        JsonValueKind.Null or JsonValueKind.Undefined or _ => "None",
    };

    private static string Quoted(string text)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        var quoted = new StringBuilder(text.Length + 2).Append(quote);
        foreach (var letter in text)
        {
            _ = letter switch
            {
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                _ when letter == quote => quoted.Append('\\').Append(letter),
                < ' ' or (>= '\x7f' and < '\xa0') => quoted.Append("\\x").Append(((int)letter).ToString("x2", CultureInfo.InvariantCulture)),
                _ => quoted.Append(letter),
            };
        }

        return quoted.Append(quote).ToString();
    }
}

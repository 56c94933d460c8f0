using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Panoramax.Http.Errors;

namespace Panoramax.Http.Values;

/// <summary>
/// The fields of a request's body, read leniently (see <see cref="Lenient"/>). Each reader answers null for a field that is
/// absent or null; a value that it does not understand is noted, and <see cref="ThrowIfFaulty"/> reports all of them
/// together: one entry per faulty field, in the order in which they were read.
/// </summary>
public sealed class RequestFields
{
    private static readonly LocalText faulty = new("Some values of the request are not valid")
    {
        De = "Einige Angaben sind nicht gültig", Fr = "Certaines valeurs de la requête ne sont pas valides",
        Es = "Algunos valores de la petición no son válidos", Hu = "A kérés néhány értéke érvénytelen",
    };

    private readonly Dictionary<string, JsonElement> values;
    private readonly JsonArray faults = [];

    private RequestFields(Dictionary<string, JsonElement> values) => this.values = values;

    /// <summary>Reads the body of a request that must be JSON (<c>application/json</c> or any <c>application/*+json</c>).</summary>
    /// <exception cref="ApiError">415 for another content type or the literal <c>null</c>; 400 for broken JSON or no object.</exception>
    public static async Task<RequestFields> ReadJson(HttpRequest request, CancellationToken cancel)
    {
        if (!IsJson(request)) throw NotJson();
        return await ParseBody(request, cancel) switch
        {
            { ValueKind: JsonValueKind.Null } => throw NotJson(),
            { ValueKind: JsonValueKind.Object } body => new RequestFields(ToDictionary(body)),
            var other => throw Faulty([Entry([], "must be a JSON object", other)]),
        };
    }

    /// <summary>As <see cref="ReadJson"/>, but a request without a body, or of another content type, has no fields.</summary>
    public static async Task<RequestFields> ReadOptionalJson(HttpRequest request, CancellationToken cancel) =>
        IsJson(request) && HasBody(request) ? await ReadJson(request, cancel) : Empty();

    /// <summary>Reads a body that may be JSON or a form (urlencoded or multipart); any other, or none, has no fields.</summary>
    /// <exception cref="ApiError">400: broken.</exception>
    public static async Task<RequestFields> ReadJsonOrForm(HttpRequest request, CancellationToken cancel)
    {
        if (!request.HasFormContentType || !HasBody(request)) return await ReadOptionalJson(request, cancel);
        try
        {
            var form = await request.ReadFormAsync(new FormOptions { ValueCountLimit = 100, ValueLengthLimit = 64 * 1024, MultipartBodyLengthLimit = 1024 * 1024 }, cancel);
            return OfForm(form.Select(field => KeyValuePair.Create(field.Key, field.Value.FirstOrDefault() ?? "")));
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw new ApiError(StatusCodes.Status400BadRequest, "The form that was sent is broken");
        }
    }

    /// <summary>The whole body as JSON, for bodies that are no list of fields (GeoJSON).</summary>
    /// <exception cref="ApiError">As <see cref="ReadJson"/>.</exception>
    public static async Task<JsonElement> ReadJsonValue(HttpRequest request, CancellationToken cancel)
    {
        if (!IsJson(request)) throw NotJson();
        var body = await ParseBody(request, cancel);
        return body.ValueKind == JsonValueKind.Null ? throw NotJson() : body;
    }

    /// <summary>Fields of a form: every value is a text.</summary>
    public static RequestFields OfForm(IEnumerable<KeyValuePair<string, string>> form)
    {
        var texts = new Dictionary<string, JsonElement>();
        foreach (var (name, value) in form) texts.TryAdd(name, JsonSerializer.SerializeToElement(value));
        return new RequestFields(texts);
    }

    /// <summary>Members of a JSON object that stands somewhere in a body.</summary>
    public static RequestFields OfObject(JsonElement value) => new(ToDictionary(value));

    public static RequestFields Empty() => new([]);

    /// <summary>True for <c>application/json</c> and <c>application/*+json</c>, whatever their parameters and letter case.</summary>
    public static bool IsJson(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.Type.Equals("application", StringComparison.OrdinalIgnoreCase)
        && (type.SubType.Equals("json", StringComparison.OrdinalIgnoreCase) || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase));

    private static bool HasBody(HttpRequest request) =>
        request.ContentLength is not 0 && request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != false;

    /// <summary>Names of the fields that were sent, null ones included.</summary>
    public IReadOnlyCollection<string> Names => values.Keys;

    /// <summary>True when the field was sent and is not null.</summary>
    public bool Has(string name) => Find(name, out _);

    /// <summary>True when the field was sent, also as null.</summary>
    public bool WasSent(string name) => values.ContainsKey(name);

    /// <summary>The value as it came.</summary>
    public JsonElement? Raw(string name) => Find(name, out var value) ? value : null;

    public string? Text(string name, int? maxLength = null)
    {
        if (!Find(name, out var value)) return null;
        if (StorableText(value) is not { } text) return Note<string>(name, "must be a text without NUL characters");
        return text.Length > maxLength ? Note<string>(name, $"must have at most {maxLength} characters") : text;
    }

    public string RequiredText(string name, int? maxLength = null)
    {
        if (Find(name, out _)) return Text(name, maxLength) ?? "";
        Missing(name);
        return "";
    }

    /// <summary>One of some texts.</summary>
    public string? OneOf(string name, IReadOnlyList<string> allowed)
    {
        if (!Find(name, out var value)) return null;
        return StorableText(value) is { } text && allowed.Contains(text) ? text : Note<string>(name, $"must be one of {string.Join(", ", allowed)}");
    }

    public int? Int(string name, int smallest = int.MinValue, int largest = int.MaxValue)
    {
        if (!Find(name, out var value)) return null;
        var number = ScalarText(value) is { } text ? Lenient.Int(text) : null;
        if (number >= smallest && number <= largest) return number;
        return NoteValue<int>(name, smallest == int.MinValue ? "must be a whole number" : $"must be a whole number from {smallest} to {largest}");
    }

    public double? Number(string name, double smallest = double.MinValue, double largest = double.MaxValue)
    {
        if (!Find(name, out var value)) return null;
        var number = ScalarText(value) is { } text ? Lenient.Double(text) : null;
        if (number >= smallest && number <= largest) return number;
        return NoteValue<double>(name, smallest == double.MinValue
            ? "must be a number"
            : string.Create(CultureInfo.InvariantCulture, $"must be a number from {smallest} to {largest}"));
    }

    public bool? Bool(string name)
    {
        if (!Find(name, out var value)) return null;
        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => (ScalarText(value) is { } text ? Lenient.Bool(text) : null) ?? NoteValue<bool>(name, "must be true or false"),
        };
    }

    public TimeSpan? Duration(string name)
    {
        if (!Find(name, out var value)) return null;
        return (ScalarText(value) is { } text ? Lenient.Duration(text) : null)
            ?? NoteValue<TimeSpan>(name, "must be a number of seconds or an ISO 8601 duration");
    }

    /// <summary>A time; without offset it is UTC.</summary>
    public DateTimeOffset? Instant(string name)
    {
        if (!Find(name, out var value)) return null;
        return (ScalarText(value) is { } text ? Lenient.Instant(text) : null) ?? NoteValue<DateTimeOffset>(name, "must be a date and time");
    }

    public Guid? Uuid(string name)
    {
        if (!Find(name, out var value)) return null;
        return value.ValueKind == JsonValueKind.String && Guid.TryParse(StorableText(value), out var id) ? id : NoteValue<Guid>(name, "must be a UUID");
    }

    /// <summary>A free JSON object, as text that the database can keep.</summary>
    public string? JsonObject(string name)
    {
        if (!Find(name, out var value)) return null;
        if (value.ValueKind != JsonValueKind.Object) return Note<string>(name, "must be a JSON object");
        return IsStorable(value) ? value.GetRawText() : Note<string>(name, "must not contain NUL characters, broken surrogates or endless numbers");
    }

    /// <summary>Notes a fault that only the caller can see.</summary>
    /// <param name="path">Names and indexes from the body to the faulty value.</param>
    public void Fault(IReadOnlyList<object> path, string error, JsonElement? input) => faults.Add(Entry(path, error, input));

    /// <summary>Notes a fault of a field of the body.</summary>
    public void Fault(string name, string error) => Fault([name], error, values.TryGetValue(name, out var value) ? value : null);

    /// <summary>Notes that a field is missing.</summary>
    public void Missing(string name) =>
        faults.Add(Entry([name], "is required", values.Count == 0 ? null : JsonSerializer.SerializeToElement(values)));

    /// <summary>Hands the faults over to the fields of the whole body.</summary>
    /// <param name="path">Where this object stands in it.</param>
    public void MoveFaultsTo(RequestFields whole, IReadOnlyList<object> path)
    {
        foreach (var fault in faults.Select(fault => fault!.DeepClone().AsObject()))
        {
            var below = fault["fields"]!.AsArray();
            for (var i = path.Count - 1; i >= 0; i--) below.Insert(0, path[i] is int index ? index : path[i].ToString());
            whole.faults.Add(fault);
        }

        faults.Clear();
    }

    /// <exception cref="ApiError">400 with all faults that were noted.</exception>
    public void ThrowIfFaulty()
    {
        if (faults.Count > 0) throw Faulty((JsonArray)faults.DeepClone());
    }

    /// <summary>The text of a JSON string, null when it is none or has characters that PostgreSQL cannot keep.</summary>
    public static string? StorableText(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) return null;
        try
        {
            return value.GetString() is { } text && !text.Contains('\0', StringComparison.Ordinal) ? text : null;
        }
        catch (InvalidOperationException)
        {
            return null; // half of a surrogate pair
        }
    }

    private static bool IsStorable(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().All(member => IsStorableName(member) && IsStorable(member.Value)),
        JsonValueKind.Array => value.EnumerateArray().All(IsStorable),
        JsonValueKind.String => StorableText(value) is not null,
        JsonValueKind.Number => value.TryGetDouble(out var number) && double.IsFinite(number),
        _ => true,
    };

    private static bool IsStorableName(JsonProperty member)
    {
        try
        {
            return !member.Name.Contains('\0', StringComparison.Ordinal);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static string? ScalarText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => StorableText(value),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    private static async Task<JsonElement> ParseBody(HttpRequest request, CancellationToken cancel)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(request.Body, default, cancel);
            return document.RootElement.Clone();
        }
        catch (JsonException broken)
        {
            throw new ApiError(StatusCodes.Status400BadRequest, new LocalText("The request's body is broken JSON")
            {
                De = "Der Inhalt der Anfrage ist fehlerhaftes JSON", Fr = "Le corps de la requête est un JSON invalide",
                Es = "El cuerpo de la petición es un JSON no válido", Hu = "A kérés törzse hibás JSON",
            })
            {
                Extra = new JsonObject { ["details"] = new JsonObject { ["error"] = $"line {broken.LineNumber + 1}, byte {broken.BytePositionInLine}" } },
            };
        }
    }

    private static Dictionary<string, JsonElement> ToDictionary(JsonElement body)
    {
        var members = new Dictionary<string, JsonElement>();
        foreach (var member in body.EnumerateObject().Where(IsStorableName)) members[member.Name] = member.Value;
        return members;
    }

    private bool Find(string name, [MaybeNullWhen(false)] out JsonElement value) =>
        values.TryGetValue(name, out value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined);

    private T? Note<T>(string name, string error)
        where T : class
    {
        Fault(name, error);
        return null;
    }

    private T? NoteValue<T>(string name, string error)
        where T : struct
    {
        Fault(name, error);
        return null;
    }

    private static JsonObject Entry(IReadOnlyList<object> path, string error, JsonElement? input)
    {
        var fault = new JsonObject
        {
            ["fields"] = new JsonArray([.. path.Select(step => step is int index ? (JsonNode)index : (JsonNode)step.ToString()!)]),
            ["error"] = error,
        };
        // What the database could not keep, an answer cannot repeat either.
        if (input is { } value && IsStorable(value) && !IsFalsy(value)) fault["input"] = JsonNode.Parse(value.GetRawText());
        return fault;
    }

    /// <summary>Values that the API leaves out of <c>input</c>.</summary>
    private static bool IsFalsy(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.String => value.ValueEquals(""),
        JsonValueKind.Number => value.TryGetDouble(out var number) && number == 0,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        _ => false,
    };

    private static ApiError Faulty(JsonArray faults) => new(StatusCodes.Status400BadRequest, faulty) { Extra = new JsonObject { ["details"] = faults } };

    private static ApiError NotJson() => new(StatusCodes.Status415UnsupportedMediaType, new LocalText("The request's body must be JSON")
    {
        De = "Der Inhalt der Anfrage muss JSON sein", Fr = "Le corps de la requête doit être du JSON",
        Es = "El cuerpo de la petición debe ser JSON", Hu = "A kérés törzsének JSON-nak kell lennie",
    });
}

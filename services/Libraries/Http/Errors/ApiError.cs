using System.Text.Json.Nodes;

namespace Panoramax.Http.Errors;

/// <summary>
/// A refusal in the API's own form: <c>{"message", "status_code", …}</c> with extra keys at the top level. Each service
/// declares its errors in one file; one handler turns them into JSON.
/// </summary>
public sealed class ApiError : Exception
{
    /// <param name="status">HTTP status, 400 to 599.</param>
    /// <param name="text">What people read, in the caller's language.</param>
    /// <param name="arguments">Values for the text's places.</param>
    public ApiError(int status, LocalText text, params object?[] arguments)
        : base(text.In(Language.Default, arguments))
    {
        Status = status;
        Text = text;
        Arguments = arguments;
    }

    public int Status { get; }

    public LocalText Text { get; }

    public IReadOnlyList<object?> Arguments { get; }

    /// <summary>Further keys beside <c>message</c> and <c>status_code</c>: <c>details</c>, <c>existing_item</c>, <c>upload_sets</c>.</summary>
    public JsonObject Extra { get; init; } = [];

    /// <summary>False where the API answers with <c>message</c> alone: login missing, no identity provider.</summary>
    public bool ShowsStatus { get; init; } = true;

    /// <summary>True when the operator should hear of it: our mistake, not the client's.</summary>
    public bool ConcernsOperator => Status >= 500;

    /// <summary>Headers of the answer, such as <c>Retry-After</c>.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
}

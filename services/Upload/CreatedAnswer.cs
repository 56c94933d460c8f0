using Microsoft.AspNetCore.Http;

namespace Panoramax.Upload;

/// <summary>Headers of answers that made or moved something.</summary>
internal static class CreatedAnswer
{
    /// <summary>Tells scripts of other origins, too, where the new thing is.</summary>
    public static void SetCreated(this HttpResponse response, string location)
    {
        response.Headers.Location = location;
        response.Headers.AccessControlExposeHeaders = "Location";
    }
}

/// <summary>What client software says of itself.</summary>
internal static class UserAgents
{
    private const int MaxLength = 500;

    /// <returns>Null when the header is missing.</returns>
    public static string? Of(HttpRequest request)
    {
        var text = string.Concat(request.Headers.UserAgent.ToString().Where(letter => !char.IsControl(letter)));
        return text.Length == 0 ? null : text[..Math.Min(text.Length, MaxLength)];
    }
}

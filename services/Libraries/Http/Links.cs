using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Configuration;

namespace Panoramax.Http;

/// <summary>
/// Absolute addresses as clients see them: scheme, host and path prefix of the request, which the gateway hands on. One
/// method per thing that can be linked to; nothing else builds an address.
/// </summary>
public sealed class Links(IHttpContextAccessor accessor, IConfiguration configuration)
{
    private HttpRequest Request => accessor.HttpContext?.Request ?? throw new InvalidOperationException("links are made within a request");

    /// <summary>Public address of the server without a final slash, such as <c>https://pano.example.org</c>.</summary>
    public string Root() => UriHelper.BuildAbsolute(Request.Scheme, Request.Host, Request.PathBase).TrimEnd('/');

    /// <summary>Public address of the API without a final slash.</summary>
    public string Api() => Root() + "/api";

    /// <summary>The address that was asked for, with its query.</summary>
    public string Current() => Request.GetEncodedUrl();

    public string Landing() => Api() + "/";

    public string Collections() => Api() + "/collections";

    public string Collection(Guid id) => $"{Api()}/collections/{id}";

    public string CollectionThumbnail(Guid id) => $"{Api()}/collections/{id}/thumb.jpg";

    public string Items(Guid collectionId) => $"{Api()}/collections/{collectionId}/items";

    public string Item(Guid collectionId, Guid id) => $"{Api()}/collections/{collectionId}/items/{id}";

    /// <param name="file"><c>hd.jpg</c>, <c>sd.jpg</c> or <c>thumb.jpg</c>.</param>
    public string PictureFile(Guid id, string file) => $"{Api()}/pictures/{id}/{file}";

    /// <summary>Template with <c>{TileCol}</c> and <c>{TileRow}</c>.</summary>
    public string PictureTiles(Guid id) => $"{Api()}/pictures/{id}/tiled/{{TileCol}}_{{TileRow}}.jpg";

    public string Annotation(Guid id) => $"{Api()}/annotations/{id}";

    public string UploadSet(Guid id) => $"{Api()}/upload_sets/{id}";

    public string User(Guid id) => $"{Api()}/users/{id}";

    public string Users() => Api() + "/users/";

    public string Token(Guid id) => $"{Api()}/users/me/tokens/{id}";

    public string ClaimToken(Guid id) => $"{Api()}/auth/tokens/{id}/claim";

    public string Page(string name, string language) => $"{Api()}/pages/{name}/{language}";

    public string Report(Guid id) => $"{Api()}/reports/{id}";

    /// <summary>Login that leads back to the address that was asked for.</summary>
    public string Login() => $"{Api()}/auth/login?next_url={Uri.EscapeDataString(Current())}";

    /// <summary>Where login comes back from the identity provider.</summary>
    public string LoginRedirect() => Api() + "/auth/redirect";

    /// <summary>Where logout comes back from the identity provider.</summary>
    public string LogoutRedirect() => Api() + "/auth/post_logout_redirect";

    /// <summary>The instance's website with a final slash: configured, or the root of this host; null when there is none.</summary>
    public string? Website() => configuration["Instance:Website"] switch
    {
        null or "" or "same-host" => Root() + "/",
        "false" => null,
        var url => url.EndsWith('/') ? url : url + "/",
    };

    /// <summary>Origins whose pages are the instance's own: this server's and its website's.</summary>
    public IEnumerable<Uri> OwnOrigins()
    {
        yield return new Uri(Root());
        if (Uri.TryCreate(Website(), UriKind.Absolute, out var website)) yield return website;
    }

    /// <summary>Where people accept the terms of service.</summary>
    public string TermsPage() => (Website() ?? Root() + "/") + "tos-validation";
}

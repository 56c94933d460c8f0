using System.Text.Json.Nodes;
using Panoramax.Http.Errors;

namespace Panoramax.Auth;

/// <summary>Every refusal of this service.</summary>
internal static class AuthErrors
{
    public static ApiError NoLogin() =>
        new(StatusCodes.Status501NotImplemented, "No identity provider is configured on this server") { ShowsStatus = false };

    /// <summary>The answer does not belong to a login that this browser began.</summary>
    /// <param name="why">Without codes or tokens.</param>
    public static ApiError LoginRefused(string why) => new(StatusCodes.Status403Forbidden, new LocalText("The login could not be finished")
    {
        De = "Die Anmeldung konnte nicht abgeschlossen werden", Fr = "La connexion n'a pas pu aboutir",
        Es = "No se pudo completar el inicio de sesión", Hu = "A bejelentkezést nem sikerült befejezni",
    })
    {
        Extra = new JsonObject
        {
            ["details"] = new JsonObject
            {
                ["error"] = why,
                ["tips"] = "Please start the login again, in one window, with cookies allowed. If it fails again, tell the people who run this server",
            },
        },
    };

    public static ApiError ProviderFails() => new(StatusCodes.Status502BadGateway, new LocalText("The identity provider does not answer as it should; please try again later")
    {
        De = "Der Anmeldedienst antwortet nicht wie erwartet; bitte später noch einmal versuchen",
        Fr = "Le fournisseur d'identité ne répond pas correctement ; veuillez réessayer plus tard",
        Es = "El proveedor de identidad no responde como debería; inténtelo de nuevo más tarde",
        Hu = "A bejelentkezési szolgáltató nem megfelelően válaszol; kérjük, próbálja újra később",
    });

    public static ApiError TooManyRequests() => new(StatusCodes.Status429TooManyRequests, new LocalText("Too many requests, please try again later")
    {
        De = "Zu viele Anfragen, bitte später noch einmal versuchen", Fr = "Trop de requêtes, veuillez réessayer plus tard",
        Es = "Demasiadas peticiones, inténtelo más tarde", Hu = "Túl sok kérés, kérjük, próbálja újra később",
    });

    public static ApiError UnknownToken() => new(StatusCodes.Status404NotFound, new LocalText("There is no such token")
    {
        De = "Diesen Token gibt es nicht", Fr = "Ce jeton n'existe pas", Es = "Este token no existe", Hu = "Nincs ilyen token",
    });

    public static ApiError TokenOfAnother() => new(StatusCodes.Status403Forbidden, new LocalText("This token belongs to another account")
    {
        De = "Dieser Token gehört einem anderen Konto", Fr = "Ce jeton appartient à un autre compte",
        Es = "Este token pertenece a otra cuenta", Hu = "Ez a token egy másik fiókhoz tartozik",
    });

    /// <summary>A claim must be somebody's own click: not a picture or script of another page that names the link.</summary>
    public static ApiError NotOpenedByHand() => new(StatusCodes.Status403Forbidden, new LocalText("Please open this link in a browser window of its own")
    {
        De = "Bitte diesen Link in einem eigenen Browserfenster öffnen", Fr = "Veuillez ouvrir ce lien dans sa propre fenêtre",
        Es = "Abra este enlace en su propia ventana", Hu = "Kérjük, nyissa meg ezt a hivatkozást külön ablakban",
    });

    public static ApiError LoggedOnlyIsPointless() => new(StatusCodes.Status400BadRequest, new LocalText("The visibility logged-only is not offered where everybody may register")
    {
        De = "Die Sichtbarkeit logged-only gibt es nicht, wo sich jeder anmelden kann", Fr = "La visibilité logged-only n'est pas proposée lorsque l'inscription est ouverte à tous",
        Es = "La visibilidad logged-only no se ofrece donde cualquiera puede registrarse", Hu = "A logged-only láthatóság nem érhető el ott, ahol bárki regisztrálhat",
    });

    public static ApiError UnknownPageName(IEnumerable<string> names) =>
        new(StatusCodes.Status400BadRequest, "The name of a page must be one of {0}", string.Join(", ", names));

    public static ApiError BadLanguage() => new(StatusCodes.Status400BadRequest, "The language of a page must be a code such as fr or pt-BR");

    public static ApiError PageNotHtml() => new(StatusCodes.Status400BadRequest, "A page must be sent as text/html in UTF-8, without NUL characters");

    public static ApiError UnknownPage() => new(StatusCodes.Status404NotFound, new LocalText("There is no such page")
    {
        De = "Diese Seite gibt es nicht", Fr = "Cette page n'existe pas", Es = "Esta página no existe", Hu = "Nincs ilyen oldal",
    });
}

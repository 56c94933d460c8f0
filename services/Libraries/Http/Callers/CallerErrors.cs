using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Panoramax.Http.Errors;

namespace Panoramax.Http.Callers;

/// <summary>Refusals that concern who is calling.</summary>
public static class CallerErrors
{
    private static readonly LocalText loginMissing = new("You need to be logged in")
    {
        De = "Dafür muss man angemeldet sein", Fr = "Vous devez être connecté", Es = "Debe iniciar sesión", Hu = "Be kell jelentkeznie",
    };

    /// <summary>The header is no bearer token, no JWT, or signed otherwise.</summary>
    public static ApiError BadToken(string why) => Token(StatusCodes.Status401Unauthorized, why);

    /// <summary>Never given, or revoked.</summary>
    public static ApiError UnknownToken() => Token(StatusCodes.Status403Forbidden, "the token is unknown or was revoked");

    /// <summary>Not yet taken by an account: clients poll with it until its claim link was opened.</summary>
    public static ApiError UnclaimedToken() => Token(StatusCodes.Status403Forbidden, "the token is not claimed by an account yet");

    public static ApiError NoSigningKey() => new(StatusCodes.Status500InternalServerError, "This server has no key for tokens");

    /// <summary>401 with <c>message</c> alone.</summary>
    public static ApiError LoginMissing() => new(StatusCodes.Status401Unauthorized, loginMissing) { ShowsStatus = false };

    /// <summary>403 with <c>message</c> alone: there is no way to log in here.</summary>
    public static ApiError NoProvider() => new(StatusCodes.Status403Forbidden, loginMissing) { ShowsStatus = false };

    public static ApiError AdministratorsOnly() => new(StatusCodes.Status403Forbidden, new LocalText("Only administrators may do this")
    {
        De = "Das dürfen nur Administratoren", Fr = "Réservé aux administrateurs", Es = "Solo para administradores", Hu = "Csak adminisztrátoroknak",
    });

    /// <summary>403: a page of another site asked for a change in the name of the login cookie.</summary>
    public static ApiError ForeignOrigin() => new(StatusCodes.Status403Forbidden, new LocalText("This request came from another website; please use a token there")
    {
        De = "Diese Anfrage kam von einer anderen Website; dort bitte einen Token benutzen", Fr = "Cette requête vient d'un autre site ; utilisez-y un jeton",
        Es = "Esta petición viene de otro sitio web; utilice allí un token", Hu = "Ez a kérés másik webhelyről jött; ott használjon tokent",
    });

    /// <summary>401 that tells clients where the terms can be accepted.</summary>
    public static ApiError TermsNotAccepted(string validationPage) =>
        new(StatusCodes.Status401Unauthorized, new LocalText("Please accept the terms of service first")
        {
            De = "Bitte zuerst die Nutzungsbedingungen annehmen", Fr = "Veuillez d'abord accepter les conditions d'utilisation",
            Es = "Acepte primero las condiciones de uso", Hu = "Kérjük, előbb fogadja el a felhasználási feltételeket",
        })
        {
            Extra = new JsonObject { ["details"] = new JsonObject { ["validation_page"] = validationPage } },
        };

    private static ApiError Token(int status, string why) => new(status, "Invalid token")
    {
        Extra = new JsonObject { ["details"] = new JsonObject { ["error"] = why } },
    };
}

using Panoramax.Auth.Login;
using Panoramax.Http.Callers;

namespace Panoramax.Auth;

/// <summary>The routes of this service.</summary>
internal static class Endpoints
{
    public static void MapAuth(this WebApplication app)
    {
        var login = app.MapGroup("/api/auth");
        foreach (var route in (string[])["login", "redirect", "logout", "post_logout_redirect"])
            login.MapGet(route, NoLogin.Handle).TolerateBadToken();
    }
}

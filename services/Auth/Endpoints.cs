using Panoramax.Auth.Accounts;
using Panoramax.Auth.Login;
using Panoramax.Auth.Pages;
using Panoramax.Auth.Tokens;
using Panoramax.Http.Callers;

namespace Panoramax.Auth;

/// <summary>The table of contents of this service: every route with its guard.</summary>
internal static class Endpoints
{
    private const long LargestPage = 1024 * 1024;

    private static readonly string[] read = ["GET", "HEAD"];
    private static readonly string[] write = ["POST", "PUT"];

    public static void MapAuth(this WebApplication app)
    {
        app.UseRateLimiter();
        var api = app.MapGroup("/api");
        MapLogin(api.MapGroup("auth"));
        MapAccounts(api.MapGroup("users/me"));
        MapPages(api.MapGroup("pages/{name}"));
    }

    private static void MapLogin(RouteGroupBuilder auth)
    {
        auth.MapGet("login", StartLogin.Handle).TolerateBadToken().RequireRateLimiting(RateLimits.SignIns);
        auth.MapGet("redirect", FinishLogin.Handle).TolerateBadToken().RequireRateLimiting(RateLimits.SignIns);
        auth.MapGet("logout", Logout.Start).TolerateBadToken();
        auth.MapGet("post_logout_redirect", Logout.Finish).TolerateBadToken();
        auth.MapPost("tokens/generate", GenerateToken.Handle).TolerateBadToken().RequireRateLimiting(RateLimits.Tokens);
        auth.MapGet("tokens/{id:uuid}/claim", ClaimToken.Handle).RequireLoginOrRedirect();
    }

    private static void MapAccounts(RouteGroupBuilder me)
    {
        me.MapMethods("", read, Me.Get).RequireLoginOrRedirect();
        me.MapPatch("", Me.Update).RequireLogin();
        me.MapPost("accept_tos", Terms.Accept).RequireLogin();
        me.MapPost("tos_read", Terms.ReadLatest).RequireLogin();

        me.MapMethods("tokens", read, OwnTokens.List).RequireLoginOrRedirect();
        me.MapPost("tokens", OwnTokens.Create).RequireLoginOrRedirect();
        me.MapMethods("tokens/{id:uuid}", read, OwnTokens.Get).RequireLoginOrRedirect();
        me.MapDelete("tokens/{id:uuid}", OwnTokens.Revoke).RequireLoginOrRedirect();
    }

    private static void MapPages(RouteGroupBuilder page)
    {
        page.MapMethods("", read, ReadPages.Languages);
        page.MapMethods("{language}", read, ReadPages.Content);
        page.MapMethods("{language}", write, WritePages.Put).WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(LargestPage)).RequireLogin().RequireAdmin();
        page.MapDelete("{language}", WritePages.Delete).RequireLogin().RequireAdmin();
        page.MapMethods("publish-change", write, WritePages.PublishChange).RequireLogin().RequireAdmin();
    }
}

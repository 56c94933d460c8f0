using System.Net;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Panoramax.DevelopmentLogin;

/// <summary>The form to sign in: plain HTML, without script, so that every browser and every test tool can fill it in.</summary>
internal static class LoginForm
{
    public static string Address(string returnTo) => "/login?return=" + Uri.EscapeDataString(returnTo);

    public static void MapLoginForm(this WebApplication app)
    {
        app.MapGet("/login", (HttpRequest request) => Form(request.Query["return"].ToString(), problem: null, StatusCodes.Status200OK));
        app.MapPost("/login", SignIn);
    }

    private static async Task<IResult> SignIn(HttpContext context, CancellationToken cancel)
    {
        var form = await context.Request.ReadFormAsync(cancel);
        var returnTo = form["return"].ToString();
        if (People.Find(form["name"].ToString().Trim()) is not { } person || form["password"] != person.Name)
            return Form(returnTo, "Name and password do not fit together.", StatusCodes.Status403Forbidden);

        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, person.Name)], CookieAuthenticationDefaults.AuthenticationScheme);
        await context.SignInAsync(new ClaimsPrincipal(identity));
        // Only within this provider.
        return Results.Redirect(returnTo.StartsWith("/connect/", StringComparison.Ordinal) ? returnTo : "/login");
    }

    private static IResult Form(string returnTo, string? problem, int status) => Results.Text(
        $$"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width,initial-scale=1">
        <title>Development login</title>
        <style>
        body { font-family: system-ui, sans-serif; max-width: 26rem; margin: 3rem auto; padding: 0 1rem; line-height: 1.5 }
        label, button { display: block; margin-top: .8rem } input { font: inherit; width: 100%; box-sizing: border-box; padding: .4rem }
        button { font: inherit; padding: .5rem 1.2rem } .problem { color: #a00 }
        </style>
        </head>
        <body>
        <h1>Development login</h1>
        <p>For this machine only. The password is the name:</p>
        <ul>{{string.Concat(People.All.Select(person => $"<li><strong>{person.Name}</strong>: {person.About}</li>"))}}</ul>
        {{(problem is null ? "" : $"<p class=\"problem\" role=\"alert\">{problem}</p>")}}
        <form method="post" action="/login">
        <input type="hidden" name="return" value="{{WebUtility.HtmlEncode(returnTo)}}">
        <label>Name <input name="name" autocomplete="username" required autofocus></label>
        <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
        <button>Sign in</button>
        </form>
        </body>
        </html>
        """,
        "text/html", Encoding.UTF8, status);
}

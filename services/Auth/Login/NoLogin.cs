using Panoramax.Http.Errors;

namespace Panoramax.Auth.Login;

/// <summary>An instance without an identity provider: its login routes answer 501.</summary>
internal static class NoLogin
{
    /// <exception cref="ApiError">501, with <c>message</c> alone.</exception>
    public static IResult Handle(CancellationToken cancel) =>
        throw new ApiError(StatusCodes.Status501NotImplemented, "No identity provider is configured on this server") { ShowsStatus = false };
}

using System.Security.Cryptography;
using Duende.IdentityModel;
using Duende.IdentityModel.Client;
using Panoramax.Http.Errors;

namespace Panoramax.Auth.Providers;

/// <summary>
/// HTTP to the provider, with its own limits of time and size, and one place that turns its faults into answers: the operator
/// reads the reason in the log, the caller only that it is not their fault. Codes and tokens are in neither.
/// </summary>
internal sealed partial class ProviderClient(IHttpClientFactory factory, ILogger<ProviderClient> log)
{
    /// <summary>Name of the client, whose limits <see cref="AuthSetup"/> sets.</summary>
    public const string Name = "identity-provider";

    public HttpClient Create() => factory.CreateClient(Name);

    /// <summary>Asks the provider something, in the time that it has for it.</summary>
    /// <exception cref="ApiError">As <see cref="ThrowIfFailed"/>.</exception>
    public async Task<T> Ask<T>(Func<CancellationToken, Task<T>> question, CancellationToken cancel)
        where T : ProtocolResponse
    {
        try
        {
            var answer = await question(cancel);
            ThrowIfFailed(answer, cancel);
            return answer;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw Fails("it took too long");
        }
    }

    /// <exception cref="ApiError">403 where the provider refuses this code; 502 for everything else.</exception>
    private void ThrowIfFailed(ProtocolResponse answer, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (!answer.IsError) return;
        if (answer is TokenResponse { Error: OidcConstants.TokenErrors.InvalidGrant })
            throw AuthErrors.LoginRefused("the provider does not know this login any more");
        throw Fails($"{answer.ErrorType}: {answer.Error}");
    }

    public ApiError Fails(string reason)
    {
        Failed(log, reason);
        return AuthErrors.ProviderFails();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The identity provider did not answer as it should: {Reason}")]
    private static partial void Failed(ILogger log, string reason);
}

/// <summary>Proof Key for Code Exchange (RFC 7636).</summary>
internal static class Pkce
{
    public static string Challenge(string verifier) => System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(verifier)));
}

using System.ComponentModel.DataAnnotations;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Panoramax.Domain.Accounts;

namespace Panoramax.Http.Callers;

/// <summary>Settings below <c>Auth:</c> that every HTTP service needs; the identity provider's own are <c>auth</c>'s.</summary>
public sealed class AuthOptions : IValidatableObject
{
    public const string Section = "Auth";

    /// <summary><c>oidc</c>, <c>osm</c>, or unset: no login is offered.</summary>
    public string? Provider { get; set; }

    /// <summary>Key of the token signatures, at least 32 bytes of UTF-8. Unset, which only development may: tokens cannot be used (500).</summary>
    public string? SigningKey { get; set; }

    public TimeSpan CookieLifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Domain of the cookies; unset: the host alone.</summary>
    public string? CookieDomain { get; set; }

    /// <summary>Nobody uploads before accepting the terms of service.</summary>
    public bool RequireTerms { get; set; }

    /// <summary>Anybody may register at the identity provider: then <c>logged-only</c> protects nothing and is refused.</summary>
    public bool RegistrationIsOpen { get; set; }

    public bool IsEnabled => !string.IsNullOrEmpty(Provider);

    /// <summary>The key's bytes, null when unset.</summary>
    public byte[]? Key() => string.IsNullOrEmpty(SigningKey) ? null : Encoding.UTF8.GetBytes(SigningKey);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Provider is not (null or "" or "oidc" or "osm"))
            yield return new ValidationResult($"Auth:Provider is '{Provider}', not 'oidc' or 'osm'", [nameof(Provider)]);
        if (CookieLifetime <= TimeSpan.Zero)
            yield return new ValidationResult("Auth:CookieLifetime must be longer than nothing", [nameof(CookieLifetime)]);
    }
}

/// <summary>Refuses to start with a key that can be guessed. Development may do without one, but not with a short one.</summary>
internal sealed class SigningKeyCheck(IHostEnvironment environment) : IValidateOptions<AuthOptions>
{
    public ValidateOptionsResult Validate(string? name, AuthOptions options) =>
        string.IsNullOrEmpty(options.SigningKey) && environment.IsDevelopment() || SigningKey.WeaknessOf(options.SigningKey) is not { } weakness
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Auth:SigningKey {weakness}: whoever guesses it can write tokens. Set a random one, for example from 'openssl rand -hex 32'");
}

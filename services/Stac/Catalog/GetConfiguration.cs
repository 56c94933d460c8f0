using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Panoramax.Database;
using Panoramax.Database.Rows;
using Panoramax.Domain.Pictures;
using Panoramax.Http;
using Panoramax.Http.Callers;

namespace Panoramax.Stac.Catalog;

/// <summary>What people and uploading tools want to know of this instance: texts, license, login, defaults of upload sets.</summary>
internal static class GetConfiguration
{
    public static async Task<IResult> Handle(
        HttpRequest request, PanoramaxDb db, IOptions<InstanceOptions> instanceOptions, IOptions<AuthOptions> authOptions,
        IConfiguration configuration, Links links, CancellationToken cancel)
    {
        var (instance, auth) = (instanceOptions.Value, authOptions.Value);
        var live = await db.Configurations.AsNoTracking().SingleOrDefaultAsync(cancel) ?? new ConfigurationRow();
        var pages = await db.Pages.AsNoTracking().Where(page => page.Content != "").Select(page => page.Name).Distinct().OrderBy(name => name).ToListAsync(cancel);
        var language = Language.Of(request);

        return TaggedAnswer.Json(
            new ConfigurationJson
            {
                Name = LabelJson.Of(instance.Name, language),
                Description = LabelJson.Of(instance.Description, language),
                GeoCoverage = LabelJson.Of(instance.GeoCoverage, language),
                // A host alone gets its slash, as in any URL.
                Logo = instance.Logo is { Length: > 0 } logo ? new Uri(logo).AbsoluteUri : links.Root() + "/static/img/logo.svg",
                Color = instance.Color,
                Email = instance.Email,
                Auth = auth.IsEnabled
                    ? new AuthJson(true, new UserProfileJson(ProfilePage(auth, configuration["Auth:Authority"])), auth.RegistrationIsOpen, auth.RequireTerms)
                    : new AuthJson(false, null, null, null),
                License = new LicenseJson(instance.License.Name, instance.License.IsSet ? instance.License.Url : null),
                Pages = pages,
                Defaults = new DefaultsJson(
                    live.CollaborativeMetadata, live.DefaultSplitDistance, live.DefaultSplitTime, live.DefaultDuplicateDistance,
                    live.DefaultDuplicateRotation, live.DefaultVisibility ?? Visibility.Anyone),
                Blurring = (configuration["Blur:Kind"] is { Length: > 0 } kind ? kind : "Detect").ToLowerInvariant(),
                Visibility = new PossibleValuesJson([.. Visibility.All.Where(value => value != Visibility.LoggedOnly || !auth.RegistrationIsOpen)]),
            },
            StacJson.Wire.ConfigurationJson, MediaTypes.Json);
    }

    /// <summary>Where people see their account at a Keycloak; other providers have no page that follows from their address.</summary>
    private static string? ProfilePage(AuthOptions auth, string? authority) =>
        auth.Provider == "oidc" && authority?.TrimEnd('/') is { } realm && realm.Contains("/realms/", StringComparison.Ordinal)
            ? realm + "/account/#/personal-info"
            : null;
}

internal sealed record ConfigurationJson
{
    [JsonPropertyName("name")] public required LabelJson Name { get; init; }
    [JsonPropertyName("description")] public required LabelJson Description { get; init; }
    [JsonPropertyName("geo_coverage")] public required LabelJson GeoCoverage { get; init; }
    [JsonPropertyName("logo")] public required string Logo { get; init; }
    [JsonPropertyName("color")] public required string Color { get; init; }
    [JsonPropertyName("email")] public required string Email { get; init; }
    [JsonPropertyName("auth")] public required AuthJson Auth { get; init; }
    [JsonPropertyName("license")] public required LicenseJson License { get; init; }
    [JsonPropertyName("version")] public string Version => ServerVersion.Api;
    [JsonPropertyName("panoramax_net_version")] public string OwnVersion => ServerVersion.Own;

    /// <summary>
    /// What hides faces and plates here: <c>detect</c>, <c>remote</c>, or <c>none</c> where the operator switched it off. Ours alone:
    /// people should be able to see it before they upload.
    /// </summary>
    [JsonPropertyName("panoramax_net_blurring")] public required string Blurring { get; init; }
    [JsonPropertyName("pages")] public required IReadOnlyList<string> Pages { get; init; }
    [JsonPropertyName("defaults")] public required DefaultsJson Defaults { get; init; }
    [JsonPropertyName("visibility")] public required PossibleValuesJson Visibility { get; init; }
}

/// <param name="Label">The text in the negotiated language, else English.</param>
/// <param name="Texts">All of them by language.</param>
internal sealed record LabelJson(
    [property: JsonPropertyName("label")] string Label,
    [property: JsonPropertyName("langs")] IReadOnlyDictionary<string, string> Texts)
{
    public static LabelJson Of(IReadOnlyDictionary<string, string> texts, string language) =>
        new(texts.TryGetValue(language, out var text) ? text : texts["en"], texts);
}

/// <summary>Without a provider only <c>enabled</c> is written.</summary>
internal sealed record AuthJson(
    [property: JsonPropertyName("enabled")] bool Enabled,
    [property: JsonPropertyName("user_profile")] UserProfileJson? UserProfile,
    [property: JsonPropertyName("registration_is_open")] bool? RegistrationIsOpen,
    [property: JsonPropertyName("enforce_tos_acceptance")] bool? EnforcesTerms);

/// <summary>The null is written: clients look for the key.</summary>
internal sealed record UserProfileJson([property: JsonPropertyName("url"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Url);

internal sealed record LicenseJson([property: JsonPropertyName("id")] string Id, [property: JsonPropertyName("url")] string? Url);

/// <summary>Nulls are written: they say "no split", "no deduplication", "not decided".</summary>
internal sealed record DefaultsJson(
    [property: JsonPropertyName("collaborative_metadata"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] bool? CollaborativeMetadata,
    [property: JsonPropertyName("split_distance"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? SplitDistance,
    [property: JsonPropertyName("split_time"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? SplitTime,
    [property: JsonPropertyName("duplicate_distance"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? DuplicateDistance,
    [property: JsonPropertyName("duplicate_rotation"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? DuplicateRotation,
    [property: JsonPropertyName("default_visibility")] string DefaultVisibility);

internal sealed record PossibleValuesJson([property: JsonPropertyName("possible_values")] IReadOnlyList<string> Values);

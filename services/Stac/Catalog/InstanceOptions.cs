using System.ComponentModel.DataAnnotations;
using Panoramax.Domain.Pictures;

namespace Panoramax.Stac.Catalog;

/// <summary>Settings below <c>Instance:</c>: how this instance presents itself.</summary>
internal sealed class InstanceOptions : IValidatableObject
{
    public const string Section = "Instance";

    /// <summary>By language; <c>Instance:Name</c> alone is the English one. Default <c>Panoramax</c>.</summary>
    public Dictionary<string, string> Name { get; } = [];

    /// <summary>By language, as <see cref="Name"/>.</summary>
    public Dictionary<string, string> Description { get; } = [];

    /// <summary>What part of the world it is for; by language, as <see cref="Name"/>. May hold HTML.</summary>
    public Dictionary<string, string> GeoCoverage { get; } = [];

    /// <summary>Absolute URL; unset: the logo that the gateway serves.</summary>
    public string? Logo { get; set; }

    /// <summary>CSS colour.</summary>
    public string Color { get; set; } = "#5e499c";

    /// <summary>Where people write to.</summary>
    public string Email { get; set; } = "panoramax@panoramax.fr";

    public LicenseOptions License { get; set; } = new();

    /// <summary>Of new accounts' pictures; <c>admin migrate</c> copies it into the live configuration.</summary>
    public string? DefaultVisibility { get; set; }

    /// <summary>May everybody edit tags? <c>admin migrate</c> copies it into the live configuration.</summary>
    public bool? CollaborativeMetadata { get; set; }

    /// <summary>URL of the website, <c>same-host</c> (default) or <c>false</c>.</summary>
    public string? Website { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(License.SpdxId) != string.IsNullOrEmpty(License.Url))
            yield return new ValidationResult("Instance:License:SpdxId and Instance:License:Url belong together: set both or none");
        if (License.Url is { Length: > 0 } license && !IsWebAddress(license))
            yield return new ValidationResult($"Instance:License:Url is '{license}', which is no http(s) URL");
        if (Logo is { Length: > 0 } && !IsWebAddress(Logo))
            yield return new ValidationResult($"Instance:Logo is '{Logo}', which is no http(s) URL");
        if (DefaultVisibility is { Length: > 0 } && !Visibility.All.Contains(DefaultVisibility))
            yield return new ValidationResult($"Instance:DefaultVisibility is '{DefaultVisibility}', not one of {string.Join(", ", Visibility.All)}");
        if (Website is { Length: > 0 } and not ("same-host" or "false") && !IsWebAddress(Website))
            yield return new ValidationResult($"Instance:Website is '{Website}', which is no http(s) URL, 'same-host' or 'false'");
    }

    private static bool IsWebAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";
}

/// <summary>The way in for instance settings.</summary>
internal static class InstanceSetup
{
    public static void AddInstance(this WebApplicationBuilder builder) =>
        builder.Services.AddOptions<InstanceOptions>()
            .Configure<IConfiguration>((options, configuration) =>
            {
                var section = configuration.GetSection(InstanceOptions.Section);
                section.Bind(options);
                Texts(section.GetSection(nameof(InstanceOptions.Name)), options.Name, "Panoramax");
                Texts(section.GetSection(nameof(InstanceOptions.Description)), options.Description, "Street-level pictures that everybody may use and add to");
                Texts(section.GetSection(nameof(InstanceOptions.GeoCoverage)), options.GeoCoverage, "The whole world");
            })
            .ValidateDataAnnotations()
            .ValidateOnStart();

    /// <summary>One text, or texts by language; there is always an English one.</summary>
    private static void Texts(IConfigurationSection section, Dictionary<string, string> texts, string missing)
    {
        texts.Clear();
        foreach (var language in section.GetChildren().Where(language => !string.IsNullOrEmpty(language.Value)))
            texts[language.Key.ToLowerInvariant()] = language.Value!;
        if (!string.IsNullOrEmpty(section.Value)) texts.TryAdd("en", section.Value);
        if (!texts.ContainsKey("en")) texts["en"] = texts.Count > 0 ? texts.OrderBy(text => text.Key, StringComparer.Ordinal).First().Value : missing;
    }
}

using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Panoramax.ServiceDefaults.Settings;

/// <summary>Form of a setting's value.</summary>
public enum SettingForm
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>A text, or one for each language below it (<c>Instance__Name__fr</c>).</summary>
    TextByLanguage,

    /// <summary>Texts, numbered below it (<c>Auth__AppCallbacks__0</c>).</summary>
    List,

    /// <summary>A group of settings for experts, below it; its options class says what each may be.</summary>
    Group,

    /// <summary>A whole number between two bounds.</summary>
    Whole,

    /// <summary>A time such as <c>00:00:30</c> or <c>90.00:00:00</c>, between two bounds.</summary>
    Duration,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Switch,

    /// <summary>One of a few words.</summary>
    Choice,

    /// <summary>An http(s) address.</summary>
    Address,

    /// <summary>A PostgreSQL connection string.</summary>
    Connection,

    /// <summary>An AMQP URI.</summary>
    Broker,
}

/// <summary>One setting of an instance: what an operator may write, and what it means.</summary>
/// <param name="Key">As in the code, with colons: <c>Upload:MaxFileBytes</c>.</param>
/// <param name="Default">What holds when it is unset; null: nothing. In parentheses: in words.</param>
/// <param name="Meaning">One line for the operator; the unit first where the form does not say it.</param>
/// <param name="ReadBy">Processes that read it, named as in the manifests.</param>
public sealed record Setting(string Key, SettingForm Form, string? Default, string Meaning, params string[] ReadBy)
{
    /// <summary>Names of the Python server's setting of the same meaning, taken where this one is unset.</summary>
    public IReadOnlyList<string> OldNames { get; init; } = [];

    /// <summary>Never shown: not in logs, not in messages, not in tables.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Processes that do not start without it.</summary>
    public IReadOnlyList<string> RequiredBy { get; init; } = [];

    /// <summary>Smallest and largest value of a number or a time, both allowed.</summary>
    public (string Least, string Most)? Range { get; init; }

    /// <summary>The words of a choice.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Name of the environment variable.</summary>
    public string Environment => Key.Replace(":", "__", StringComparison.Ordinal);

    /// <summary>The form in words: <c>whole number, 1 to 10000</c>.</summary>
    public string Expected => Form switch
    {
        SettingForm.Whole => $"a whole number from {Range!.Value.Least} to {Range.Value.Most}",
        SettingForm.Duration => $"a time from {Range!.Value.Least} to {Range.Value.Most} (as 00:00:30 for half a minute)",
        SettingForm.Switch => "true or false",
        SettingForm.Choice => $"one of {string.Join(", ", Words)}",
        SettingForm.Address => "an http(s) address",
        SettingForm.Connection => "a PostgreSQL connection string (Host=…;Database=…;Username=…;Password=…)",
        SettingForm.Broker => "an AMQP URI (amqp://user:password@host:5672/)",
        SettingForm.TextByLanguage => "a text, or one by language",
        SettingForm.List => "a list",
        SettingForm.Group => "a group of settings",
        SettingForm.Text => "a text",
        _ => throw new InvalidOperationException($"unknown form {Form}"),
    };

    /// <summary>What is wrong with the value that is set, as the end of a sentence that starts with the setting's name; null: nothing.</summary>
    internal string? Mistake(IConfiguration settings)
    {
        if (Form is SettingForm.Text or SettingForm.TextByLanguage or SettingForm.List or SettingForm.Group) return null;
        if (settings[Key] is not { } value) return null;
        // A blank text counts as unset everywhere; a blank number would end the process with a worse sentence.
        if (string.IsNullOrWhiteSpace(value))
            return Default is not null && Form is (SettingForm.Whole or SettingForm.Duration or SettingForm.Switch or SettingForm.Choice)
                ? $"is empty: leave it out, or set it to {Expected}"
                : null;

        return Fits(value) ? null : $"is {(IsSecret ? "wrong (its value is not shown)" : $"'{value}'")}, which is not {Expected}";
    }

    private bool Fits(string value) => Form switch
    {
        SettingForm.Whole => decimal.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            && number >= decimal.Parse(Range!.Value.Least, CultureInfo.InvariantCulture) && number <= decimal.Parse(Range.Value.Most, CultureInfo.InvariantCulture),
        SettingForm.Duration => TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var time)
            && time >= TimeSpan.Parse(Range!.Value.Least, CultureInfo.InvariantCulture) && time <= TimeSpan.Parse(Range.Value.Most, CultureInfo.InvariantCulture),
        SettingForm.Switch => bool.TryParse(value, out _),
        SettingForm.Choice => Words.Contains(value, StringComparer.OrdinalIgnoreCase),
        SettingForm.Address => Uri.TryCreate(value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https",
        SettingForm.Broker => Uri.TryCreate(value, UriKind.Absolute, out var broker) && broker.Scheme is "amqp" or "amqps",
        SettingForm.Connection => IsConnection(value),
        SettingForm.Text or SettingForm.TextByLanguage or SettingForm.List or SettingForm.Group => true,
        _ => throw new InvalidOperationException($"unknown form {Form}"),
    };

    private static bool IsConnection(string value)
    {
        try
        {
            var parts = new DbConnectionStringBuilder { ConnectionString = value };
            return parts.ContainsKey("Host") || parts.ContainsKey("Server");
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}

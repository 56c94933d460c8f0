namespace Panoramax.DevelopmentLogin;

/// <param name="Name">Public name, and the password.</param>
/// <param name="About">What the form says about them.</param>
internal sealed record Person(string Name, string About)
{
    /// <summary>What an instance knows them by.</summary>
    public string Subject => "development-" + Name;
}

/// <summary>Who can log in.</summary>
internal static class People
{
    public static IReadOnlyList<Person> All { get; } =
        [new("bob", "an ordinary account"), new("camille", "another ordinary account"), new("admin", "an administrator")];

    public static Person? Find(string? name) => All.FirstOrDefault(person => person.Name == name);

    public static Person? BySubject(string? subject) => All.FirstOrDefault(person => person.Subject == subject);
}

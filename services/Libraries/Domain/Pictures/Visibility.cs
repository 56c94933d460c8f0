using Panoramax.Domain.Accounts;

namespace Panoramax.Domain.Pictures;

/// <summary>
/// Who may see a picture, sequence or upload set: values as stored and sent. Null counts as <see cref="Anyone"/>.
/// A picture is judged on its own value and on its sequence's, each separately.
/// </summary>
public static class Visibility
{
    public const string Anyone = "anyone";
    public const string LoggedOnly = "logged-only";
    public const string OwnerOnly = "owner-only";

    /// <summary>All values, in the order they are listed by the API.</summary>
    public static IReadOnlyList<string> All { get; } = [Anyone, LoggedOnly, OwnerOnly];

    /// <summary>The rule for one thing. Its SQL twin is <c>Database/Queries/Visibility.cs</c>; a test holds them together.</summary>
    public static bool IsVisible(string? visibility, Guid ownerId, Caller caller) => visibility switch
    {
        null or Anyone => true,
        _ when caller.MayEdit(ownerId) => true,
        LoggedOnly => caller.IsLoggedIn,
        _ => false,
    };
}

namespace Panoramax.Domain.Accounts;

/// <summary>
/// Who asks: an account, or nobody (anonymous). Made once per request; roles are read from the database at each use,
/// so that a change works at once.
/// </summary>
/// <param name="AccountId">The account, null for an anonymous caller.</param>
/// <param name="IsAdmin">True for accounts of role <c>admin</c>: they see everything.</param>
public sealed record Caller(Guid? AccountId, bool IsAdmin)
{
    /// <summary>A caller that sent neither cookie nor token.</summary>
    public static Caller Anonymous { get; } = new(null, IsAdmin: false);

    /// <summary>Display name of the account, null for anonymous callers.</summary>
    public string? Name { get; init; }

    /// <summary>When the terms of service were accepted; null if never or anonymous.</summary>
    public DateTimeOffset? TermsAcceptedAt { get; init; }

    /// <summary>True when an account is known.</summary>
    public bool IsLoggedIn => AccountId is not null;

    /// <summary>True when this caller owns what belongs to <paramref name="ownerId"/>.</summary>
    public bool Owns(Guid ownerId) => AccountId == ownerId;

    /// <summary>The right to change things that belong to <paramref name="ownerId"/>: the owner, or an administrator.</summary>
    public bool MayEdit(Guid ownerId) => Owns(ownerId) || IsAdmin;
}

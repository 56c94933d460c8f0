namespace Panoramax.Database.Rows;

/// <summary>Who owns pictures. Exactly one row is the default account, owner of anonymous uploads.</summary>
public sealed class AccountRow
{
    public Guid Id { get; set; }
    public required string Name { get; set; }

    /// <summary><c>user</c> or <c>admin</c>.</summary>
    public string Role { get; set; } = "user";

    /// <summary>Identity provider by its stored name (<c>keycloak</c>, <c>osm</c>); null for accounts made by the console.</summary>
    public string? OauthProvider { get; set; }
    public string? OauthId { get; set; }
    public bool IsDefault { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>May others edit the metadata of this account's pictures? Null: as the instance says.</summary>
    public bool? CollaborativeMetadata { get; set; }
    public string? DefaultVisibility { get; set; }
    public DateTimeOffset? TosAcceptedAt { get; set; }
    public DateTimeOffset? TosLatestChangeReadAt { get; set; }
}

/// <summary>What a bearer token's subject points to; unclaimed until an account takes it.</summary>
public sealed class TokenRow
{
    public Guid Id { get; set; }
    public Guid? AccountId { get; set; }
    public string? Description { get; set; }
    public DateTimeOffset GeneratedAt { get; set; }
}

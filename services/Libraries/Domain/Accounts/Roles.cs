namespace Panoramax.Domain.Accounts;

/// <summary>Values of an account's role, as stored and sent.</summary>
public static class Roles
{
    public const string User = "user";
    public const string Admin = "admin";
}

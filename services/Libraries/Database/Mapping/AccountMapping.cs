using Microsoft.EntityFrameworkCore;
using Panoramax.Database.Rows;

namespace Panoramax.Database.Mapping;

internal static class AccountMapping
{
    public static void Apply(ModelBuilder model)
    {
        model.Entity<AccountRow>(account =>
        {
            account.ToTable("accounts", table =>
            {
                table.HasCheckConstraint("accounts_role", "role IN ('user', 'admin')");
                table.HasCheckConstraint("accounts_default_visibility", Checks.Visibility("default_visibility"));
            });
            account.HasKey(row => row.Id);
            account.Property(row => row.Id).ValueGeneratedNever();
            account.HasIndex(row => new { row.OauthProvider, row.OauthId }).IsUnique();
            account.HasIndex(row => row.IsDefault).IsUnique().HasFilter("is_default");
            account.HasIndex(row => row.Name).HasMethod("gin").HasOperators("gin_trgm_ops");
            account.HasIndex(row => new { row.CreatedAt, row.Id });
        });

        model.Entity<TokenRow>(token =>
        {
            token.ToTable("tokens");
            token.HasKey(row => row.Id);
            token.Property(row => row.Id).ValueGeneratedNever();
            token.HasIndex(row => row.AccountId);
            token.HasOne<AccountRow>().WithMany().HasForeignKey(row => row.AccountId).OnDelete(DeleteBehavior.Cascade);
        });
    }
}

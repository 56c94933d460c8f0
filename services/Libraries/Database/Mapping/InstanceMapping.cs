using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Panoramax.Database.Rows;

namespace Panoramax.Database.Mapping;

internal static class InstanceMapping
{
    public static void Apply(ModelBuilder model)
    {
        model.Entity<ConfigurationRow>(configuration =>
        {
            configuration.ToTable("configurations", table =>
            {
                table.HasCheckConstraint("configurations_one_row", "id = 1");
                table.HasCheckConstraint("configurations_default_visibility", Checks.Visibility("default_visibility"));
            });
            configuration.HasKey(row => row.Id);
            configuration.Property(row => row.Id).ValueGeneratedNever();
        });

        model.Entity<ExcludedAreaRow>(area =>
        {
            area.ToTable("excluded_areas");
            area.HasKey(row => row.Id);
            area.Property(row => row.Id).ValueGeneratedNever();
            area.Property(row => row.Geom).HasColumnType("geometry(MultiPolygon,4326)");
            area.HasIndex(row => row.Geom).HasMethod("gist");
            area.HasIndex(row => row.AccountId);
            area.HasOne<AccountRow>().WithMany().HasForeignKey(row => row.AccountId).OnDelete(DeleteBehavior.Cascade);
        });

        model.Entity<ReportRow>(report =>
        {
            report.ToTable("reports", table =>
            {
                table.HasCheckConstraint("reports_issue", Checks.OneOf("issue",
                [
                    "blur_missing", "blur_excess", "inappropriate", "privacy", "picture_low_quality", "mislocated", "copyright", "other",
                ]));
                table.HasCheckConstraint("reports_status",
                    Checks.OneOf("status", ["open", "open_autofix", "waiting", "closed_solved", "closed_ignored"]));
            });
            report.HasKey(row => row.Id);
            report.Property(row => row.Id).ValueGeneratedNever();
            report.HasIndex(row => row.PictureId);
            report.HasIndex(row => row.SequenceId);
            report.HasIndex(row => row.ReporterAccountId);
            report.HasIndex(row => new { row.TsOpened, row.Id });
            // A report outlives what it speaks of: moderators still see that it was made and how it ended.
            report.HasOne<PictureRow>().WithMany().HasForeignKey(row => row.PictureId).OnDelete(DeleteBehavior.SetNull);
            report.HasOne<SequenceRow>().WithMany().HasForeignKey(row => row.SequenceId).OnDelete(DeleteBehavior.SetNull);
        });

        model.Entity<PageRow>(page =>
        {
            page.ToTable("pages");
            page.HasKey(row => row.Id);
            page.Property(row => row.Id).ValueGeneratedNever();
            page.HasIndex(row => new { row.Name, row.Lang }).IsUnique();
        });

        model.Entity<ScheduledRunRow>(run =>
        {
            run.ToTable("scheduled_runs");
            run.HasKey(row => row.Name);
        });

        model.Entity<DataProtectionKey>(key => key.ToTable("data_protection_keys"));
    }
}

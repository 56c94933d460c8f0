using Microsoft.EntityFrameworkCore;
using Panoramax.Database.Jobs;
using Panoramax.Database.Rows;

namespace Panoramax.Database.Mapping;

internal static class JobMapping
{
    public static void Apply(ModelBuilder model)
    {
        model.Entity<JobRow>(job =>
        {
            job.ToTable("jobs", table => table.HasCheckConstraint("jobs_kind",
                Checks.OneOf("kind", Enum.GetValues<JobKind>().Select(kind => kind.Text()))));
            job.HasKey(row => new { row.Kind, row.SubjectId });
            job.Property(row => row.Args).HasColumnType("jsonb");
            job.HasIndex(row => row.NotBefore);
            job.HasIndex(row => row.SubjectId);
        });

        model.Entity<JobHistoryRow>(history =>
        {
            history.ToTable("job_history");
            history.HasKey(row => row.Id);
            history.HasIndex(row => new { row.SubjectId, row.Id });
            history.HasIndex(row => row.FinishedAt);
        });
    }
}

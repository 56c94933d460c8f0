using Microsoft.EntityFrameworkCore;
using Panoramax.Database.Rows;
using Panoramax.Domain.UploadSets;

namespace Panoramax.Database.Mapping;

internal static class UploadSetMapping
{
    public static void Apply(ModelBuilder model)
    {
        model.Entity<UploadSetRow>(set =>
        {
            set.ToTable("upload_sets", table =>
            {
                table.HasCheckConstraint("upload_sets_sort_method", Checks.OneOf("sort_method", SortMethod.All));
                table.HasCheckConstraint("upload_sets_visibility", Checks.Visibility("visibility"));
            });
            set.HasKey(row => row.Id);
            set.Property(row => row.Id).ValueGeneratedNever();
            set.Property(row => row.Metadata).HasColumnType("jsonb");
            set.HasIndex(row => new { row.AccountId, row.CreatedAt, row.Id });
            set.HasOne<AccountRow>().WithMany().HasForeignKey(row => row.AccountId).OnDelete(DeleteBehavior.Restrict);
        });

        model.Entity<FileRow>(file =>
        {
            file.ToTable("files", table => table.HasCheckConstraint("files_rejection_status",
                Checks.OneOf("rejection_status", RejectionReason.All)));
            file.HasKey(row => new { row.UploadSetId, row.FileName });
            file.Property(row => row.RejectionDetails).HasColumnType("jsonb");
            file.HasIndex(row => row.PictureId);
            file.HasIndex(row => new { row.UploadSetId, row.InsertedAt });
            file.HasOne<UploadSetRow>().WithMany().HasForeignKey(row => row.UploadSetId).OnDelete(DeleteBehavior.Cascade);
            file.HasOne<PictureRow>().WithMany().HasForeignKey(row => row.PictureId).OnDelete(DeleteBehavior.SetNull);
        });
    }
}

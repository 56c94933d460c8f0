using Microsoft.EntityFrameworkCore;
using Panoramax.Database.Rows;
using Panoramax.Domain.Pictures;

namespace Panoramax.Database.Mapping;

internal static class PictureMapping
{
    public static void Apply(ModelBuilder model)
    {
        model.Entity<PictureRow>(picture =>
        {
            picture.ToTable("pictures", table =>
            {
                table.HasCheckConstraint("pictures_preparing_status",
                    Checks.OneOf("preparing_status", [PreparingStatus.NotProcessed, PreparingStatus.Prepared, PreparingStatus.Broken]));
                table.HasCheckConstraint("pictures_visibility", Checks.Visibility("visibility"));
            });
            picture.HasKey(row => row.Id);
            picture.Property(row => row.Id).ValueGeneratedNever();
            picture.Property(row => row.Geom).HasColumnType("geometry(Point,4326)");
            picture.Property(row => row.Metadata).HasColumnType("jsonb");
            picture.HasIndex(row => row.Geom).HasMethod("gist");
            picture.HasIndex(row => new { row.Ts, row.Id });
            picture.HasIndex(row => new { row.UpdatedAt, row.Id });
            picture.HasIndex(row => row.OriginalContentMd5);
            picture.HasIndex(row => row.AccountId);
            picture.HasIndex(row => new { row.UploadSetId, row.OriginalContentMd5 }).IsUnique().HasFilter("upload_set_id IS NOT NULL");
            picture.HasIndex(row => new { row.UploadSetId, row.PreparingStatus });
            picture.HasOne<AccountRow>().WithMany().HasForeignKey(row => row.AccountId).OnDelete(DeleteBehavior.Restrict);
            picture.HasOne<UploadSetRow>().WithMany().HasForeignKey(row => row.UploadSetId).OnDelete(DeleteBehavior.Restrict);
        });

        model.Entity<PictureExifRow>(exif =>
        {
            exif.ToTable("pictures_exif");
            exif.HasKey(row => row.PictureId);
            exif.Property(row => row.PictureId).ValueGeneratedNever();
            exif.Property(row => row.Exif).HasColumnType("jsonb");
            exif.HasOne<PictureRow>().WithOne().HasForeignKey<PictureExifRow>(row => row.PictureId).OnDelete(DeleteBehavior.Cascade);
        });

        model.Entity<PictureChangeRow>(change =>
        {
            change.ToTable("pictures_changes");
            change.HasKey(row => row.Id);
            change.Property(row => row.Previous).HasColumnType("jsonb");
            change.HasIndex(row => new { row.PictureId, row.Ts });
            change.HasOne<PictureRow>().WithMany().HasForeignKey(row => row.PictureId).OnDelete(DeleteBehavior.Cascade);
            change.HasOne<SequenceChangeRow>().WithMany().HasForeignKey(row => row.SequenceChangeId).OnDelete(DeleteBehavior.SetNull);
        });
    }
}

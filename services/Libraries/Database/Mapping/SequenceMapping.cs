using Microsoft.EntityFrameworkCore;
using Panoramax.Database.Rows;
using Panoramax.Domain.Sequences;

namespace Panoramax.Database.Mapping;

internal static class SequenceMapping
{
    public static void Apply(ModelBuilder model)
    {
        model.Entity<SequenceRow>(sequence =>
        {
            sequence.ToTable("sequences", table =>
            {
                table.HasCheckConstraint("sequences_status",
                    Checks.OneOf("status", [SequenceStatus.WaitingForProcess, SequenceStatus.Ready, SequenceStatus.Deleted]));
                table.HasCheckConstraint("sequences_visibility", Checks.Visibility("visibility"));
            });
            sequence.HasKey(row => row.Id);
            sequence.Property(row => row.Id).ValueGeneratedNever();
            sequence.Property(row => row.Geom).HasColumnType("geometry(MultiLineString,4326)");
            sequence.Property(row => row.Bbox).HasColumnType("geometry(Geometry,4326)");
            sequence.Property(row => row.Metadata).HasColumnType("jsonb");
            sequence.HasIndex(row => row.Geom).HasMethod("gist");
            sequence.HasIndex(row => row.Bbox).HasMethod("gist");
            sequence.HasIndex(row => new { row.InsertedAt, row.Id });
            sequence.HasIndex(row => new { row.UpdatedAt, row.Id });
            sequence.HasIndex(row => new { row.MaxPictureTs, row.Id });
            sequence.HasIndex(row => new { row.AccountId, row.InsertedAt, row.Id });
            sequence.HasIndex(row => row.UploadSetId);
            sequence.HasOne<AccountRow>().WithMany().HasForeignKey(row => row.AccountId).OnDelete(DeleteBehavior.Restrict);
            // A deleted set leaves its sequences behind as 'deleted', for crawlers.
            sequence.HasOne<UploadSetRow>().WithMany().HasForeignKey(row => row.UploadSetId).OnDelete(DeleteBehavior.SetNull);
        });

        model.Entity<SequencePictureRow>(member =>
        {
            member.ToTable("sequences_pictures");
            // A picture is in at most one sequence. (sequence_id, rank) is unique too, deferrable, which only SQL can say:
            // it stands in the migration, so that an order can be rewritten in one transaction.
            member.HasKey(row => row.PictureId);
            member.Property(row => row.PictureId).ValueGeneratedNever();
            member.HasOne<SequenceRow>().WithMany().HasForeignKey(row => row.SequenceId).OnDelete(DeleteBehavior.Cascade);
            member.HasOne<PictureRow>().WithOne().HasForeignKey<SequencePictureRow>(row => row.PictureId).OnDelete(DeleteBehavior.Cascade);
        });

        model.Entity<SequenceChangeRow>(change =>
        {
            change.ToTable("sequences_changes");
            change.HasKey(row => row.Id);
            change.Property(row => row.Previous).HasColumnType("jsonb");
            change.HasIndex(row => new { row.SequenceId, row.Ts });
            change.HasOne<SequenceRow>().WithMany().HasForeignKey(row => row.SequenceId).OnDelete(DeleteBehavior.Cascade);
        });
    }
}

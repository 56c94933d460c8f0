using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panoramax.Database.Rows;

namespace Panoramax.Database.Mapping;

/// <summary>
/// Tags of pictures, sequences, upload sets and annotations. Their unique index on (owner, key, md5(value)) stands in the
/// migration: a value of 2,048 characters may be 8 kB, more than an index row holds, and only SQL can index an expression.
/// </summary>
internal static class SemanticsMapping
{
    public static void Apply(ModelBuilder model)
    {
        Tags<PictureSemanticsRow, PictureRow>(model, "pictures_semantics", row => row.PictureId);
        Tags<SequenceSemanticsRow, SequenceRow>(model, "sequences_semantics", row => row.SequenceId);
        Tags<UploadSetSemanticsRow, UploadSetRow>(model, "upload_sets_semantics", row => row.UploadSetId);
        Tags<AnnotationSemanticsRow, AnnotationRow>(model, "annotations_semantics", row => row.AnnotationId);

        model.Entity<AnnotationRow>(annotation =>
        {
            annotation.ToTable("annotations");
            annotation.HasKey(row => row.Id);
            annotation.Property(row => row.Id).ValueGeneratedNever();
            annotation.Property(row => row.Shape).HasColumnType("jsonb");
            annotation.HasIndex(row => row.PictureId);
            annotation.HasOne<PictureRow>().WithMany().HasForeignKey(row => row.PictureId).OnDelete(DeleteBehavior.Cascade);
        });

        model.Entity<PictureSemanticsHistoryRow>(history =>
        {
            history.ToTable("pictures_semantics_history");
            history.HasKey(row => row.Id);
            history.Property(row => row.Updates).HasColumnType("jsonb");
            history.Property(row => row.AnnotationShape).HasColumnType("jsonb");
            history.HasIndex(row => new { row.PictureId, row.Ts });
            history.HasOne<PictureRow>().WithMany().HasForeignKey(row => row.PictureId).OnDelete(DeleteBehavior.Cascade);
        });

        model.Entity<SequenceSemanticsHistoryRow>(history =>
        {
            history.ToTable("sequences_semantics_history");
            history.HasKey(row => row.Id);
            history.Property(row => row.Updates).HasColumnType("jsonb");
            history.HasIndex(row => new { row.SequenceId, row.Ts });
            history.HasOne<SequenceRow>().WithMany().HasForeignKey(row => row.SequenceId).OnDelete(DeleteBehavior.Cascade);
        });
    }

    private static void Tags<TTag, TOwner>(ModelBuilder model, string table, Expression<Func<TTag, object?>> owner)
        where TTag : TagRow
        where TOwner : class =>
        model.Entity((EntityTypeBuilder<TTag> tag) =>
        {
            tag.ToTable(table);
            tag.HasKey(row => row.Id);
            tag.Property(row => row.Key).HasMaxLength(256);
            tag.Property(row => row.Value).HasMaxLength(2048);
            tag.HasOne<TOwner>().WithMany().HasForeignKey(owner).OnDelete(DeleteBehavior.Cascade);
            tag.HasOne<AccountRow>().WithMany().HasForeignKey(row => row.AccountId).OnDelete(DeleteBehavior.Restrict);
        });
}

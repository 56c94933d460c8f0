using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Conventions;
using Panoramax.Database.Mapping;
using Panoramax.Database.Rows;

namespace Panoramax.Database;

/// <summary>
/// The one schema that all services read and write within the rights of their own PostgreSQL role.
/// Rows, mapping and migrations live only in this library.
/// </summary>
public sealed class PanoramaxDb(DbContextOptions<PanoramaxDb> options) : DbContext(options), IDataProtectionKeyContext
{
    public DbSet<AccountRow> Accounts => Set<AccountRow>();
    public DbSet<TokenRow> Tokens => Set<TokenRow>();
    public DbSet<UploadSetRow> UploadSets => Set<UploadSetRow>();
    public DbSet<FileRow> Files => Set<FileRow>();
    public DbSet<PictureRow> Pictures => Set<PictureRow>();
    public DbSet<PictureExifRow> PicturesExif => Set<PictureExifRow>();
    public DbSet<SequenceRow> Sequences => Set<SequenceRow>();
    public DbSet<SequencePictureRow> SequencesPictures => Set<SequencePictureRow>();
    public DbSet<PictureSemanticsRow> PicturesSemantics => Set<PictureSemanticsRow>();
    public DbSet<SequenceSemanticsRow> SequencesSemantics => Set<SequenceSemanticsRow>();
    public DbSet<UploadSetSemanticsRow> UploadSetsSemantics => Set<UploadSetSemanticsRow>();
    public DbSet<AnnotationRow> Annotations => Set<AnnotationRow>();
    public DbSet<AnnotationSemanticsRow> AnnotationsSemantics => Set<AnnotationSemanticsRow>();
    public DbSet<PictureSemanticsHistoryRow> PicturesSemanticsHistory => Set<PictureSemanticsHistoryRow>();
    public DbSet<SequenceSemanticsHistoryRow> SequencesSemanticsHistory => Set<SequenceSemanticsHistoryRow>();
    public DbSet<SequenceChangeRow> SequencesChanges => Set<SequenceChangeRow>();
    public DbSet<PictureChangeRow> PicturesChanges => Set<PictureChangeRow>();
    public DbSet<JobRow> Jobs => Set<JobRow>();
    public DbSet<JobHistoryRow> JobHistory => Set<JobHistoryRow>();
    public DbSet<ConfigurationRow> Configurations => Set<ConfigurationRow>();
    public DbSet<ExcludedAreaRow> ExcludedAreas => Set<ExcludedAreaRow>();
    public DbSet<ReportRow> Reports => Set<ReportRow>();
    public DbSet<PageRow> Pages => Set<PageRow>();
    public DbSet<ScheduledRunRow> ScheduledRuns => Set<ScheduledRunRow>();
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        // Indexes are written down one by one: an index on every foreign key would cost more than it helps.
        configurationBuilder.Conventions.Remove<ForeignKeyIndexConvention>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasPostgresExtension("postgis");
        modelBuilder.HasPostgresExtension("pg_trgm");
        AccountMapping.Apply(modelBuilder);
        UploadSetMapping.Apply(modelBuilder);
        PictureMapping.Apply(modelBuilder);
        SequenceMapping.Apply(modelBuilder);
        SemanticsMapping.Apply(modelBuilder);
        JobMapping.Apply(modelBuilder);
        InstanceMapping.Apply(modelBuilder);
    }
}

using System;
using Microsoft.EntityFrameworkCore.Migrations;
using NetTopologySuite.Geometries;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Panoramax.Database.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AlterDatabase()
                .Annotation("Npgsql:PostgresExtension:pg_trgm", ",,")
                .Annotation("Npgsql:PostgresExtension:postgis", ",,");

            migrationBuilder.CreateTable(
                name: "accounts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    role = table.Column<string>(type: "text", nullable: false),
                    oauth_provider = table.Column<string>(type: "text", nullable: true),
                    oauth_id = table.Column<string>(type: "text", nullable: true),
                    is_default = table.Column<bool>(type: "boolean", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    collaborative_metadata = table.Column<bool>(type: "boolean", nullable: true),
                    default_visibility = table.Column<string>(type: "text", nullable: true),
                    tos_accepted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    tos_latest_change_read_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_accounts", x => x.id);
                    table.CheckConstraint("accounts_default_visibility", "default_visibility IN ('anyone', 'logged-only', 'owner-only')");
                    table.CheckConstraint("accounts_role", "role IN ('user', 'admin')");
                });

            migrationBuilder.CreateTable(
                name: "configurations",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    collaborative_metadata = table.Column<bool>(type: "boolean", nullable: true),
                    default_visibility = table.Column<string>(type: "text", nullable: true),
                    default_split_distance = table.Column<int>(type: "integer", nullable: true),
                    default_split_time = table.Column<double>(type: "double precision", nullable: true),
                    default_duplicate_distance = table.Column<double>(type: "double precision", nullable: true),
                    default_duplicate_rotation = table.Column<int>(type: "integer", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_configurations", x => x.id);
                    table.CheckConstraint("configurations_default_visibility", "default_visibility IN ('anyone', 'logged-only', 'owner-only')");
                    table.CheckConstraint("configurations_one_row", "id = 1");
                });

            migrationBuilder.CreateTable(
                name: "data_protection_keys",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    friendly_name = table.Column<string>(type: "text", nullable: true),
                    xml = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_data_protection_keys", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "job_history",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    kind = table.Column<string>(type: "text", nullable: false),
                    subject_id = table.Column<Guid>(type: "uuid", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    finished_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    error = table.Column<string>(type: "text", nullable: true),
                    warning = table.Column<string>(type: "text", nullable: true),
                    attempt = table.Column<int>(type: "integer", nullable: false),
                    worker = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_job_history", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "jobs",
                columns: table => new
                {
                    kind = table.Column<string>(type: "text", nullable: false),
                    subject_id = table.Column<Guid>(type: "uuid", nullable: false),
                    revision = table.Column<long>(type: "bigint", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    not_before = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    announced_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    requested_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    args = table.Column<string>(type: "jsonb", nullable: true),
                    traceparent = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_jobs", x => new { x.kind, x.subject_id });
                    table.CheckConstraint("jobs_kind", "kind IN ('prepare', 'discard', 'delete', 'read-metadata', 'dispatch', 'finalize')");
                });

            migrationBuilder.CreateTable(
                name: "pages",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    lang = table.Column<string>(type: "text", nullable: false),
                    content = table.Column<string>(type: "text", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pages", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "scheduled_runs",
                columns: table => new
                {
                    name = table.Column<string>(type: "text", nullable: false),
                    last_run_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_scheduled_runs", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "excluded_areas",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    label = table.Column<string>(type: "text", nullable: true),
                    is_public = table.Column<bool>(type: "boolean", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: true),
                    geom = table.Column<MultiPolygon>(type: "geometry(MultiPolygon,4326)", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_excluded_areas", x => x.id);
                    table.ForeignKey(
                        name: "fk_excluded_areas_accounts_account_id",
                        column: x => x.account_id,
                        principalTable: "accounts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "tokens",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: true),
                    description = table.Column<string>(type: "text", nullable: true),
                    generated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tokens", x => x.id);
                    table.ForeignKey(
                        name: "fk_tokens_accounts_account_id",
                        column: x => x.account_id,
                        principalTable: "accounts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "upload_sets",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    title = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    estimated_nb_files = table.Column<int>(type: "integer", nullable: true),
                    nb_files = table.Column<int>(type: "integer", nullable: false),
                    completed = table.Column<bool>(type: "boolean", nullable: false),
                    dispatched = table.Column<bool>(type: "boolean", nullable: false),
                    sort_method = table.Column<string>(type: "text", nullable: false),
                    no_split = table.Column<bool>(type: "boolean", nullable: true),
                    split_distance = table.Column<int>(type: "integer", nullable: true),
                    split_time = table.Column<double>(type: "double precision", nullable: true),
                    no_deduplication = table.Column<bool>(type: "boolean", nullable: true),
                    duplicate_distance = table.Column<double>(type: "double precision", nullable: true),
                    duplicate_rotation = table.Column<int>(type: "integer", nullable: true),
                    relative_heading = table.Column<int>(type: "integer", nullable: true),
                    visibility = table.Column<string>(type: "text", nullable: true),
                    user_agent = table.Column<string>(type: "text", nullable: true),
                    metadata = table.Column<string>(type: "jsonb", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_upload_sets", x => x.id);
                    table.CheckConstraint("upload_sets_sort_method", "sort_method IN ('filename-asc', 'filename-desc', 'time-asc', 'time-desc')");
                    table.CheckConstraint("upload_sets_visibility", "visibility IN ('anyone', 'logged-only', 'owner-only')");
                    table.ForeignKey(
                        name: "fk_upload_sets_accounts_account_id",
                        column: x => x.account_id,
                        principalTable: "accounts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "pictures",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    upload_set_id = table.Column<Guid>(type: "uuid", nullable: true),
                    preparing_status = table.Column<string>(type: "text", nullable: false),
                    blurred_by_author = table.Column<bool>(type: "boolean", nullable: false),
                    visibility = table.Column<string>(type: "text", nullable: true),
                    geom = table.Column<Point>(type: "geometry(Point,4326)", nullable: false),
                    ts = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    tz = table.Column<string>(type: "text", nullable: true),
                    tz_offset_minutes = table.Column<int>(type: "integer", nullable: true),
                    heading = table.Column<int>(type: "integer", nullable: true),
                    heading_computed = table.Column<bool>(type: "boolean", nullable: false),
                    type = table.Column<string>(type: "text", nullable: false),
                    width = table.Column<int>(type: "integer", nullable: false),
                    height = table.Column<int>(type: "integer", nullable: false),
                    cols = table.Column<int>(type: "integer", nullable: true),
                    rows = table.Column<int>(type: "integer", nullable: true),
                    make = table.Column<string>(type: "text", nullable: true),
                    model = table.Column<string>(type: "text", nullable: true),
                    focal_length = table.Column<double>(type: "double precision", nullable: true),
                    field_of_view = table.Column<int>(type: "integer", nullable: true),
                    gps_accuracy_m = table.Column<double>(type: "double precision", nullable: true),
                    h_pixel_density = table.Column<int>(type: "integer", nullable: true),
                    original_content_md5 = table.Column<Guid>(type: "uuid", nullable: false),
                    inserted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    metadata = table.Column<string>(type: "jsonb", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pictures", x => x.id);
                    table.CheckConstraint("pictures_preparing_status", "preparing_status IN ('not-processed', 'prepared', 'broken')");
                    table.CheckConstraint("pictures_visibility", "visibility IN ('anyone', 'logged-only', 'owner-only')");
                    table.ForeignKey(
                        name: "fk_pictures_accounts_account_id",
                        column: x => x.account_id,
                        principalTable: "accounts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_pictures_upload_sets_upload_set_id",
                        column: x => x.upload_set_id,
                        principalTable: "upload_sets",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "sequences",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    upload_set_id = table.Column<Guid>(type: "uuid", nullable: true),
                    status = table.Column<string>(type: "text", nullable: false),
                    visibility = table.Column<string>(type: "text", nullable: true),
                    title = table.Column<string>(type: "text", nullable: true),
                    inserted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    min_picture_ts = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    max_picture_ts = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    nb_pictures = table.Column<int>(type: "integer", nullable: false),
                    geom = table.Column<MultiLineString>(type: "geometry(MultiLineString,4326)", nullable: true),
                    bbox = table.Column<Geometry>(type: "geometry(Geometry,4326)", nullable: true),
                    length_m = table.Column<double>(type: "double precision", nullable: true),
                    computed_type = table.Column<string>(type: "text", nullable: true),
                    computed_model = table.Column<string>(type: "text", nullable: true),
                    computed_capture_date = table.Column<DateOnly>(type: "date", nullable: true),
                    computed_h_pixel_density = table.Column<int>(type: "integer", nullable: true),
                    computed_gps_accuracy = table.Column<double>(type: "double precision", nullable: true),
                    relative_heading = table.Column<int>(type: "integer", nullable: true),
                    current_sort = table.Column<string>(type: "text", nullable: true),
                    user_agent = table.Column<string>(type: "text", nullable: true),
                    metadata = table.Column<string>(type: "jsonb", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sequences", x => x.id);
                    table.CheckConstraint("sequences_status", "status IN ('waiting-for-process', 'ready', 'deleted')");
                    table.CheckConstraint("sequences_visibility", "visibility IN ('anyone', 'logged-only', 'owner-only')");
                    table.ForeignKey(
                        name: "fk_sequences_accounts_account_id",
                        column: x => x.account_id,
                        principalTable: "accounts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_sequences_upload_sets_upload_set_id",
                        column: x => x.upload_set_id,
                        principalTable: "upload_sets",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                });

            migrationBuilder.CreateTable(
                name: "upload_sets_semantics",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    upload_set_id = table.Column<Guid>(type: "uuid", nullable: false),
                    key = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    value = table.Column<string>(type: "character varying(2048)", maxLength: 2048, nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    ts = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_upload_sets_semantics", x => x.id);
                    table.ForeignKey(
                        name: "fk_upload_sets_semantics_accounts_account_id",
                        column: x => x.account_id,
                        principalTable: "accounts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_upload_sets_semantics_upload_sets_upload_set_id",
                        column: x => x.upload_set_id,
                        principalTable: "upload_sets",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "annotations",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    picture_id = table.Column<Guid>(type: "uuid", nullable: false),
                    shape = table.Column<string>(type: "jsonb", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_annotations", x => x.id);
                    table.ForeignKey(
                        name: "fk_annotations_pictures_picture_id",
                        column: x => x.picture_id,
                        principalTable: "pictures",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "files",
                columns: table => new
                {
                    upload_set_id = table.Column<Guid>(type: "uuid", nullable: false),
                    file_name = table.Column<string>(type: "text", nullable: false),
                    picture_id = table.Column<Guid>(type: "uuid", nullable: true),
                    content_md5 = table.Column<Guid>(type: "uuid", nullable: true),
                    size = table.Column<long>(type: "bigint", nullable: true),
                    inserted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    rejection_status = table.Column<string>(type: "text", nullable: true),
                    rejection_message = table.Column<string>(type: "text", nullable: true),
                    rejection_details = table.Column<string>(type: "jsonb", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_files", x => new { x.upload_set_id, x.file_name });
                    table.CheckConstraint("files_rejection_status", "rejection_status IN ('invalid_file', 'invalid_metadata', 'file_duplicate', 'capture_duplicate', 'other_error')");
                    table.ForeignKey(
                        name: "fk_files_pictures_picture_id",
                        column: x => x.picture_id,
                        principalTable: "pictures",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "fk_files_upload_sets_upload_set_id",
                        column: x => x.upload_set_id,
                        principalTable: "upload_sets",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "pictures_exif",
                columns: table => new
                {
                    picture_id = table.Column<Guid>(type: "uuid", nullable: false),
                    exif = table.Column<string>(type: "jsonb", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pictures_exif", x => x.picture_id);
                    table.ForeignKey(
                        name: "fk_pictures_exif_pictures_picture_id",
                        column: x => x.picture_id,
                        principalTable: "pictures",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "pictures_semantics",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    picture_id = table.Column<Guid>(type: "uuid", nullable: false),
                    key = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    value = table.Column<string>(type: "character varying(2048)", maxLength: 2048, nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    ts = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pictures_semantics", x => x.id);
                    table.ForeignKey(
                        name: "fk_pictures_semantics_accounts_account_id",
                        column: x => x.account_id,
                        principalTable: "accounts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_pictures_semantics_pictures_picture_id",
                        column: x => x.picture_id,
                        principalTable: "pictures",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "pictures_semantics_history",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    picture_id = table.Column<Guid>(type: "uuid", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    ts = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updates = table.Column<string>(type: "jsonb", nullable: false),
                    annotation_shape = table.Column<string>(type: "jsonb", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pictures_semantics_history", x => x.id);
                    table.ForeignKey(
                        name: "fk_pictures_semantics_history_pictures_picture_id",
                        column: x => x.picture_id,
                        principalTable: "pictures",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "reports",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    issue = table.Column<string>(type: "text", nullable: false),
                    status = table.Column<string>(type: "text", nullable: false),
                    picture_id = table.Column<Guid>(type: "uuid", nullable: true),
                    sequence_id = table.Column<Guid>(type: "uuid", nullable: true),
                    ts_opened = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ts_closed = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    reporter_account_id = table.Column<Guid>(type: "uuid", nullable: true),
                    resolver_account_id = table.Column<Guid>(type: "uuid", nullable: true),
                    reporter_email = table.Column<string>(type: "text", nullable: true),
                    reporter_comments = table.Column<string>(type: "text", nullable: true),
                    resolver_comments = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_reports", x => x.id);
                    table.CheckConstraint("reports_issue", "issue IN ('blur_missing', 'blur_excess', 'inappropriate', 'privacy', 'picture_low_quality', 'mislocated', 'copyright', 'other')");
                    table.CheckConstraint("reports_status", "status IN ('open', 'open_autofix', 'waiting', 'closed_solved', 'closed_ignored')");
                    table.ForeignKey(
                        name: "fk_reports_pictures_picture_id",
                        column: x => x.picture_id,
                        principalTable: "pictures",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "fk_reports_sequences_sequence_id",
                        column: x => x.sequence_id,
                        principalTable: "sequences",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                });

            migrationBuilder.CreateTable(
                name: "sequences_changes",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    sequence_id = table.Column<Guid>(type: "uuid", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    ts = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    previous = table.Column<string>(type: "jsonb", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sequences_changes", x => x.id);
                    table.ForeignKey(
                        name: "fk_sequences_changes_sequences_sequence_id",
                        column: x => x.sequence_id,
                        principalTable: "sequences",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "sequences_pictures",
                columns: table => new
                {
                    picture_id = table.Column<Guid>(type: "uuid", nullable: false),
                    sequence_id = table.Column<Guid>(type: "uuid", nullable: false),
                    rank = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sequences_pictures", x => x.picture_id);
                    table.ForeignKey(
                        name: "fk_sequences_pictures_pictures_picture_id",
                        column: x => x.picture_id,
                        principalTable: "pictures",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_sequences_pictures_sequences_sequence_id",
                        column: x => x.sequence_id,
                        principalTable: "sequences",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "sequences_semantics",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    sequence_id = table.Column<Guid>(type: "uuid", nullable: false),
                    key = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    value = table.Column<string>(type: "character varying(2048)", maxLength: 2048, nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    ts = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sequences_semantics", x => x.id);
                    table.ForeignKey(
                        name: "fk_sequences_semantics_accounts_account_id",
                        column: x => x.account_id,
                        principalTable: "accounts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_sequences_semantics_sequences_sequence_id",
                        column: x => x.sequence_id,
                        principalTable: "sequences",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "sequences_semantics_history",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    sequence_id = table.Column<Guid>(type: "uuid", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    ts = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updates = table.Column<string>(type: "jsonb", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sequences_semantics_history", x => x.id);
                    table.ForeignKey(
                        name: "fk_sequences_semantics_history_sequences_sequence_id",
                        column: x => x.sequence_id,
                        principalTable: "sequences",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "annotations_semantics",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    annotation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    key = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    value = table.Column<string>(type: "character varying(2048)", maxLength: 2048, nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    ts = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_annotations_semantics", x => x.id);
                    table.ForeignKey(
                        name: "fk_annotations_semantics_accounts_account_id",
                        column: x => x.account_id,
                        principalTable: "accounts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_annotations_semantics_annotations_annotation_id",
                        column: x => x.annotation_id,
                        principalTable: "annotations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "pictures_changes",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    picture_id = table.Column<Guid>(type: "uuid", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    ts = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    sequence_change_id = table.Column<long>(type: "bigint", nullable: true),
                    previous = table.Column<string>(type: "jsonb", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pictures_changes", x => x.id);
                    table.ForeignKey(
                        name: "fk_pictures_changes_pictures_picture_id",
                        column: x => x.picture_id,
                        principalTable: "pictures",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_pictures_changes_sequences_changes_sequence_change_id",
                        column: x => x.sequence_change_id,
                        principalTable: "sequences_changes",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                });

            migrationBuilder.CreateIndex(
                name: "ix_accounts_created_at_id",
                table: "accounts",
                columns: new[] { "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_accounts_is_default",
                table: "accounts",
                column: "is_default",
                unique: true,
                filter: "is_default");

            migrationBuilder.CreateIndex(
                name: "ix_accounts_name",
                table: "accounts",
                column: "name")
                .Annotation("Npgsql:IndexMethod", "gin")
                .Annotation("Npgsql:IndexOperators", new[] { "gin_trgm_ops" });

            migrationBuilder.CreateIndex(
                name: "ix_accounts_oauth_provider_oauth_id",
                table: "accounts",
                columns: new[] { "oauth_provider", "oauth_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_annotations_picture_id",
                table: "annotations",
                column: "picture_id");

            migrationBuilder.CreateIndex(
                name: "ix_excluded_areas_account_id",
                table: "excluded_areas",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "ix_excluded_areas_geom",
                table: "excluded_areas",
                column: "geom")
                .Annotation("Npgsql:IndexMethod", "gist");

            migrationBuilder.CreateIndex(
                name: "ix_files_picture_id",
                table: "files",
                column: "picture_id");

            migrationBuilder.CreateIndex(
                name: "ix_files_upload_set_id_inserted_at",
                table: "files",
                columns: new[] { "upload_set_id", "inserted_at" });

            migrationBuilder.CreateIndex(
                name: "ix_job_history_finished_at",
                table: "job_history",
                column: "finished_at");

            migrationBuilder.CreateIndex(
                name: "ix_job_history_subject_id_id",
                table: "job_history",
                columns: new[] { "subject_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_jobs_not_before",
                table: "jobs",
                column: "not_before");

            migrationBuilder.CreateIndex(
                name: "ix_jobs_subject_id",
                table: "jobs",
                column: "subject_id");

            migrationBuilder.CreateIndex(
                name: "ix_pages_name_lang",
                table: "pages",
                columns: new[] { "name", "lang" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_pictures_account_id",
                table: "pictures",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "ix_pictures_geom",
                table: "pictures",
                column: "geom")
                .Annotation("Npgsql:IndexMethod", "gist");

            migrationBuilder.CreateIndex(
                name: "ix_pictures_original_content_md5",
                table: "pictures",
                column: "original_content_md5");

            migrationBuilder.CreateIndex(
                name: "ix_pictures_ts_id",
                table: "pictures",
                columns: new[] { "ts", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_pictures_updated_at_id",
                table: "pictures",
                columns: new[] { "updated_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_pictures_upload_set_id_original_content_md5",
                table: "pictures",
                columns: new[] { "upload_set_id", "original_content_md5" },
                unique: true,
                filter: "upload_set_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_pictures_upload_set_id_preparing_status",
                table: "pictures",
                columns: new[] { "upload_set_id", "preparing_status" });

            migrationBuilder.CreateIndex(
                name: "ix_pictures_changes_picture_id_ts",
                table: "pictures_changes",
                columns: new[] { "picture_id", "ts" });

            migrationBuilder.CreateIndex(
                name: "ix_pictures_semantics_history_picture_id_ts",
                table: "pictures_semantics_history",
                columns: new[] { "picture_id", "ts" });

            migrationBuilder.CreateIndex(
                name: "ix_reports_picture_id",
                table: "reports",
                column: "picture_id");

            migrationBuilder.CreateIndex(
                name: "ix_reports_reporter_account_id",
                table: "reports",
                column: "reporter_account_id");

            migrationBuilder.CreateIndex(
                name: "ix_reports_sequence_id",
                table: "reports",
                column: "sequence_id");

            migrationBuilder.CreateIndex(
                name: "ix_reports_ts_opened_id",
                table: "reports",
                columns: new[] { "ts_opened", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_sequences_account_id_inserted_at_id",
                table: "sequences",
                columns: new[] { "account_id", "inserted_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_sequences_bbox",
                table: "sequences",
                column: "bbox")
                .Annotation("Npgsql:IndexMethod", "gist");

            migrationBuilder.CreateIndex(
                name: "ix_sequences_geom",
                table: "sequences",
                column: "geom")
                .Annotation("Npgsql:IndexMethod", "gist");

            migrationBuilder.CreateIndex(
                name: "ix_sequences_inserted_at_id",
                table: "sequences",
                columns: new[] { "inserted_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_sequences_max_picture_ts_id",
                table: "sequences",
                columns: new[] { "max_picture_ts", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_sequences_updated_at_id",
                table: "sequences",
                columns: new[] { "updated_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_sequences_upload_set_id",
                table: "sequences",
                column: "upload_set_id");

            migrationBuilder.CreateIndex(
                name: "ix_sequences_changes_sequence_id_ts",
                table: "sequences_changes",
                columns: new[] { "sequence_id", "ts" });

            migrationBuilder.CreateIndex(
                name: "ix_sequences_semantics_history_sequence_id_ts",
                table: "sequences_semantics_history",
                columns: new[] { "sequence_id", "ts" });

            migrationBuilder.CreateIndex(
                name: "ix_tokens_account_id",
                table: "tokens",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "ix_upload_sets_account_id_created_at_id",
                table: "upload_sets",
                columns: new[] { "account_id", "created_at", "id" });
            migrationBuilder.Sql(InitialSql.Up);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP MATERIALIZED VIEW IF EXISTS pictures_grid");

            migrationBuilder.DropTable(
                name: "annotations_semantics");

            migrationBuilder.DropTable(
                name: "configurations");

            migrationBuilder.DropTable(
                name: "data_protection_keys");

            migrationBuilder.DropTable(
                name: "excluded_areas");

            migrationBuilder.DropTable(
                name: "files");

            migrationBuilder.DropTable(
                name: "job_history");

            migrationBuilder.DropTable(
                name: "jobs");

            migrationBuilder.DropTable(
                name: "pages");

            migrationBuilder.DropTable(
                name: "pictures_changes");

            migrationBuilder.DropTable(
                name: "pictures_exif");

            migrationBuilder.DropTable(
                name: "pictures_semantics");

            migrationBuilder.DropTable(
                name: "pictures_semantics_history");

            migrationBuilder.DropTable(
                name: "reports");

            migrationBuilder.DropTable(
                name: "scheduled_runs");

            migrationBuilder.DropTable(
                name: "sequences_pictures");

            migrationBuilder.DropTable(
                name: "sequences_semantics");

            migrationBuilder.DropTable(
                name: "sequences_semantics_history");

            migrationBuilder.DropTable(
                name: "tokens");

            migrationBuilder.DropTable(
                name: "upload_sets_semantics");

            migrationBuilder.DropTable(
                name: "annotations");

            migrationBuilder.DropTable(
                name: "sequences_changes");

            migrationBuilder.DropTable(
                name: "pictures");

            migrationBuilder.DropTable(
                name: "sequences");

            migrationBuilder.DropTable(
                name: "upload_sets");

            migrationBuilder.DropTable(
                name: "accounts");
        }
    }
}

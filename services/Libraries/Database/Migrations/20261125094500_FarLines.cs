using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Panoramax.Database.Migrations
{
    /// <summary>
    /// Each sequence's line as far-out tiles draw it, kept by the database itself: it follows the line within the same statement,
    /// so there is nothing to refresh and nobody who waits. No part of the model: only tiles read it.
    /// </summary>
    [DbContext(typeof(PanoramaxDb))]
    [Migration("20261125094500_FarLines")]
    public class FarLines : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            // A hundredth of a degree is seven units of a tile at zoom 6; a line keeps its ends, however short it is.
            "ALTER TABLE sequences ADD COLUMN geom_far geometry(Geometry, 4326) GENERATED ALWAYS AS (ST_Simplify(geom, 0.01, true)) STORED");

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("ALTER TABLE sequences DROP COLUMN geom_far");
    }
}

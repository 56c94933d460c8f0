namespace Panoramax.Database.Migrations;

/// <summary>What the first migration needs beyond EF Core's words: a deferrable key, indexes on expressions, the grid.</summary>
internal static class InitialSql
{
    public const string Up = """
        -- Deferrable, so that ranks can be rewritten within one transaction.
        ALTER TABLE sequences_pictures
            ADD CONSTRAINT sequences_pictures_sequence_rank UNIQUE (sequence_id, rank) DEFERRABLE INITIALLY IMMEDIATE;
        ALTER TABLE sequences_pictures ADD CONSTRAINT sequences_pictures_rank CHECK (rank >= 1);

        -- md5: a value of 2,048 characters may be 8 kB, an index row holds 2,704 bytes.
        CREATE UNIQUE INDEX pictures_semantics_pair ON pictures_semantics (picture_id, key, md5(value));
        CREATE INDEX pictures_semantics_key_value ON pictures_semantics (key, md5(value));
        CREATE UNIQUE INDEX sequences_semantics_pair ON sequences_semantics (sequence_id, key, md5(value));
        CREATE INDEX sequences_semantics_key_value ON sequences_semantics (key, md5(value));
        CREATE UNIQUE INDEX upload_sets_semantics_pair ON upload_sets_semantics (upload_set_id, key, md5(value));
        CREATE UNIQUE INDEX annotations_semantics_pair ON annotations_semantics (annotation_id, key, md5(value));
        CREATE INDEX annotations_semantics_key_value ON annotations_semantics (key, md5(value));
        CREATE UNIQUE INDEX annotations_shape ON annotations (picture_id, md5(shape::text));

        -- A job never announced, or announced long ago, is found without reading the waiting ones.
        CREATE INDEX jobs_due ON jobs (kind, attempts, requested_at);

        -- Counts of squares of 0.1 degrees for low zooms. owner-only pictures are never counted; logged-only ones only in
        -- the logged_ columns. Coefficient of a count c: 0 if c = 0; 0.5 c / median up to the median of the positive counts;
        -- above it 0.5 + 0.5 c / max; one decimal.
        CREATE MATERIALIZED VIEW pictures_grid AS
        WITH located AS (
            SELECT floor(ST_X(p.geom) * 10)::int AS gx, floor(ST_Y(p.geom) * 10)::int AS gy,
                   p.type = 'equirectangular' AS is_360,
                   coalesce(p.visibility, 'anyone') = 'anyone' AND coalesce(s.visibility, 'anyone') = 'anyone' AS is_public
            FROM pictures p
            JOIN sequences_pictures sp ON sp.picture_id = p.id
            JOIN sequences s ON s.id = sp.sequence_id
            WHERE p.preparing_status = 'prepared' AND s.status = 'ready'
              AND p.visibility IS DISTINCT FROM 'owner-only' AND s.visibility IS DISTINCT FROM 'owner-only'
        ),
        cells AS (
            SELECT gx, gy,
                   count(*) FILTER (WHERE is_public) AS nb_pictures,
                   count(*) FILTER (WHERE is_public AND is_360) AS nb_360_pictures,
                   count(*) FILTER (WHERE is_public AND NOT is_360) AS nb_flat_pictures,
                   count(*) AS logged_nb_pictures,
                   count(*) FILTER (WHERE is_360) AS logged_nb_360_pictures,
                   count(*) FILTER (WHERE NOT is_360) AS logged_nb_flat_pictures
            FROM located GROUP BY gx, gy
        ),
        medians AS (
            SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY nb_pictures) FILTER (WHERE nb_pictures > 0) AS m,
                   max(nb_pictures) AS x,
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY nb_360_pictures) FILTER (WHERE nb_360_pictures > 0) AS m360,
                   max(nb_360_pictures) AS x360,
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY nb_flat_pictures) FILTER (WHERE nb_flat_pictures > 0) AS mflat,
                   max(nb_flat_pictures) AS xflat,
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY logged_nb_pictures) FILTER (WHERE logged_nb_pictures > 0) AS lm,
                   max(logged_nb_pictures) AS lx,
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY logged_nb_360_pictures) FILTER (WHERE logged_nb_360_pictures > 0) AS lm360,
                   max(logged_nb_360_pictures) AS lx360,
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY logged_nb_flat_pictures) FILTER (WHERE logged_nb_flat_pictures > 0) AS lmflat,
                   max(logged_nb_flat_pictures) AS lxflat
            FROM cells
        )
        SELECT (gy + 900) * 3601 + gx + 1800 AS id,
               ST_SetSRID(ST_MakePoint((gx + 0.5) / 10.0, (gy + 0.5) / 10.0), 4326)::geometry(Point, 4326) AS geom,
               nb_pictures::int, nb_360_pictures::int, nb_flat_pictures::int,
               round((CASE WHEN nb_pictures = 0 THEN 0 WHEN nb_pictures <= m THEN 0.5 * nb_pictures / m
                      ELSE 0.5 + 0.5 * nb_pictures / x END)::numeric, 1)::real AS coef,
               round((CASE WHEN nb_360_pictures = 0 THEN 0 WHEN nb_360_pictures <= m360 THEN 0.5 * nb_360_pictures / m360
                      ELSE 0.5 + 0.5 * nb_360_pictures / x360 END)::numeric, 1)::real AS coef_360_pictures,
               round((CASE WHEN nb_flat_pictures = 0 THEN 0 WHEN nb_flat_pictures <= mflat THEN 0.5 * nb_flat_pictures / mflat
                      ELSE 0.5 + 0.5 * nb_flat_pictures / xflat END)::numeric, 1)::real AS coef_flat_pictures,
               round((CASE WHEN logged_nb_pictures = 0 THEN 0 WHEN logged_nb_pictures <= lm THEN 0.5 * logged_nb_pictures / lm
                      ELSE 0.5 + 0.5 * logged_nb_pictures / lx END)::numeric, 1)::real AS logged_coef,
               round((CASE WHEN logged_nb_360_pictures = 0 THEN 0 WHEN logged_nb_360_pictures <= lm360 THEN 0.5 * logged_nb_360_pictures / lm360
                      ELSE 0.5 + 0.5 * logged_nb_360_pictures / lx360 END)::numeric, 1)::real AS logged_coef_360_pictures,
               round((CASE WHEN logged_nb_flat_pictures = 0 THEN 0 WHEN logged_nb_flat_pictures <= lmflat THEN 0.5 * logged_nb_flat_pictures / lmflat
                      ELSE 0.5 + 0.5 * logged_nb_flat_pictures / lxflat END)::numeric, 1)::real AS logged_coef_flat_pictures
        FROM cells, medians;

        CREATE UNIQUE INDEX pictures_grid_id ON pictures_grid (id);
        CREATE INDEX pictures_grid_geom ON pictures_grid USING gist (geom);
        """;
}

-- Roles and extensions of Panoramax, run once per cluster and database by a superuser: PostGIS is no trusted extension.
-- Safe to run again. Passwords are set apart (ALTER ROLE ... PASSWORD), so that this file holds no secret.
-- The rights on tables are granted by the console's "migrate", which runs as panoramax_owner.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['panoramax_owner', 'panoramax_stac', 'panoramax_auth', 'panoramax_upload',
                                'panoramax_picture_worker', 'panoramax_dispatch_worker', 'panoramax_admin']
    LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = name) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I LOGIN', name);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL; -- another set-up was faster
            END;
        END IF;
    END LOOP;
END
$$;

-- The grid is refreshed by the dispatch worker, and before PostgreSQL 17 only its owner may refresh a materialized view.
GRANT panoramax_dispatch_worker TO panoramax_owner;

-- A statement of one process must not hurt the others for ever. For workers this is also the longest time that the lock of a
-- killed worker can stay while its statement still runs.
ALTER ROLE panoramax_stac SET statement_timeout = '30s';
ALTER ROLE panoramax_auth SET statement_timeout = '30s';
ALTER ROLE panoramax_upload SET statement_timeout = '60s';
ALTER ROLE panoramax_picture_worker SET statement_timeout = '60s';
ALTER ROLE panoramax_dispatch_worker SET statement_timeout = '5min';

CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

DO $$
BEGIN
    EXECUTE format('ALTER DATABASE %I OWNER TO panoramax_owner', current_database());
    ALTER SCHEMA public OWNER TO panoramax_owner;
END
$$;

-- Who may do what, per process (deploy/postgres/roles.sql makes the roles). Run by "migrate" after the migrations, as
-- panoramax_owner; safe to run again. A service that is taken over cannot touch what is not its own.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM panoramax_stac, panoramax_auth, panoramax_upload, panoramax_picture_worker, panoramax_dispatch_worker, panoramax_admin;
GRANT USAGE ON SCHEMA public TO panoramax_stac, panoramax_auth, panoramax_upload, panoramax_picture_worker, panoramax_dispatch_worker, panoramax_admin;
GRANT SELECT ON schema_migrations TO panoramax_stac, panoramax_auth, panoramax_upload, panoramax_picture_worker, panoramax_dispatch_worker, panoramax_admin;

-- stac: reads all but provider ids, reports and job arguments; writes nothing.
GRANT SELECT (id, name, role, is_default, created_at, collaborative_metadata, default_visibility, tos_accepted_at, tos_latest_change_read_at) ON accounts TO panoramax_stac;
GRANT SELECT ON tokens, upload_sets, files, pictures, pictures_exif, sequences, sequences_pictures, pictures_semantics, sequences_semantics, upload_sets_semantics, annotations, annotations_semantics, job_history, configurations, excluded_areas, pages, data_protection_keys, pictures_grid TO panoramax_stac;
GRANT SELECT (kind, subject_id, revision, attempts, not_before, announced_at, requested_at) ON jobs TO panoramax_stac;

-- auth: accounts, tokens, pages and the keys of the login cookie.
GRANT SELECT ON configurations TO panoramax_auth;
GRANT SELECT, INSERT, UPDATE, DELETE ON accounts, tokens, pages, data_protection_keys TO panoramax_auth;

-- upload: reads all, changes what people send and edit.
GRANT SELECT ON ALL TABLES IN SCHEMA public TO panoramax_upload;
GRANT INSERT, UPDATE, DELETE ON upload_sets, files, pictures, pictures_exif, sequences, sequences_pictures, pictures_semantics, sequences_semantics, upload_sets_semantics, annotations, annotations_semantics, pictures_semantics_history, sequences_semantics_history, sequences_changes, pictures_changes, reports, excluded_areas, jobs TO panoramax_upload;
GRANT UPDATE ON configurations TO panoramax_upload;

-- picture worker: changes pictures and their exif, but neither adds nor removes one; annotations of the detector.
GRANT SELECT ON accounts, pictures, pictures_exif, sequences, sequences_pictures, pictures_semantics, annotations, annotations_semantics, pictures_semantics_history, pictures_changes, configurations, jobs, job_history TO panoramax_picture_worker;
GRANT UPDATE ON pictures, pictures_exif TO panoramax_picture_worker;
GRANT INSERT, UPDATE, DELETE ON annotations, annotations_semantics, pictures_semantics_history, jobs, job_history TO panoramax_picture_worker;

-- dispatch worker: sequences and membership; headings of pictures; removes capture duplicates.
GRANT SELECT ON accounts, pictures, files, sequences, sequences_pictures, upload_sets, upload_sets_semantics, pictures_semantics, sequences_semantics, sequences_semantics_history, configurations, jobs, job_history, scheduled_runs TO panoramax_dispatch_worker;
GRANT INSERT, UPDATE, DELETE ON sequences, sequences_pictures, sequences_semantics, sequences_semantics_history, jobs, job_history TO panoramax_dispatch_worker;
GRANT UPDATE ON upload_sets, files, scheduled_runs TO panoramax_dispatch_worker;
GRANT UPDATE (heading, heading_computed, updated_at), DELETE ON pictures TO panoramax_dispatch_worker;
GRANT INSERT ON scheduled_runs TO panoramax_dispatch_worker;
GRANT CREATE ON SCHEMA public TO panoramax_dispatch_worker;
ALTER MATERIALIZED VIEW pictures_grid OWNER TO panoramax_dispatch_worker;
REVOKE CREATE ON SCHEMA public FROM panoramax_dispatch_worker;
GRANT SELECT ON pictures_grid TO panoramax_stac, panoramax_upload, panoramax_admin;

-- admin: the console's other commands.
GRANT SELECT ON ALL TABLES IN SCHEMA public TO panoramax_admin;
GRANT INSERT, UPDATE, DELETE ON accounts, tokens, jobs, job_history, pictures, pictures_exif, sequences, sequences_pictures, upload_sets, files, configurations, sequences_changes, pictures_changes TO panoramax_admin;

GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO panoramax_auth, panoramax_upload, panoramax_picture_worker, panoramax_dispatch_worker, panoramax_admin;

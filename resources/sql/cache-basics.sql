-- What can be told of caches without the extension, and whether it is there.
SELECT
  (SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
    WHERE e.extname = 'pg_buffercache') AS schema,
  NOT pg_is_in_recovery()
    AND EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_buffercache') AS installable,
  (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
    OR pg_has_role('pg_monitor', 'USAGE') AS may_read,
  current_user AS me,
  pg_size_bytes(current_setting('shared_buffers')) AS shared_buffers,
  current_setting('block_size')::bigint AS block_size,
  pg_database_size(current_database()) AS database_bytes,
  CASE
    WHEN (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
      OR pg_has_role('pg_read_all_settings', 'USAGE') THEN current_setting('data_directory')
  END AS data_directory

-- Sizes of databases that the role may know.
SELECT
  sum(CASE
    WHEN has_database_privilege(oid, 'CONNECT')
      OR pg_has_role('pg_read_all_stats', 'USAGE') THEN pg_database_size(oid) END)::bigint
    AS database_bytes
FROM pg_database

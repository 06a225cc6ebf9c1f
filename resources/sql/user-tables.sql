-- Ordinary tables and leaf partitions; a partitioned table's rows are its leaves'. Temporary tables
-- belong to one session and are left out.
SELECT
  n.nspname,
  c.relname,
  c.relpersistence = 'u' AS unlogged,
  has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AS readable
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r'
  AND c.relpersistence <> 't'
  AND n.nspname <> 'information_schema'
  AND n.nspname !~ '^pg_'
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C";

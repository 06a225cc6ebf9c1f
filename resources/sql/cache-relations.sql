-- Relations of this database with the buffers that they have.
SELECT
  n.nspname, c.relname,
  CASE c.relkind
    WHEN 'r' THEN 'table' WHEN 'i' THEN 'index' WHEN 't' THEN 'toast'
    WHEN 'm' THEN 'materialized view' ELSE 'sequence' END AS kind,
  pg_relation_filepath(c.oid) AS path,
  (SELECT coalesce(sum(pg_relation_size(c.oid, f)), 0)
    FROM unnest(ARRAY['main', 'fsm', 'vm', 'init']) f)::bigint AS size_bytes,
  coalesce(b.buffers, 0) AS buffers, coalesce(b.dirty, 0) AS dirty,
  coalesce(b.usage, 0)::float8 AS usage
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_database d ON d.datname = current_database()
LEFT JOIN (
  SELECT
    relfilenode, reltablespace, count(*) AS buffers,
    count(*) FILTER (WHERE isdirty) AS dirty, avg(usagecount) AS usage
  FROM $VIEW$ v
  WHERE reldatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
  GROUP BY 1, 2) b
  ON b.relfilenode = pg_relation_filenode(c.oid)
  AND b.reltablespace = CASE c.reltablespace WHEN 0 THEN d.dattablespace ELSE c.reltablespace END
WHERE c.relkind IN ('r', 'i', 't', 'm', 'S') AND c.relpersistence <> 't'

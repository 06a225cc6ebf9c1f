-- Locks that are waited for.
SELECT
  l.pid,
  l.locktype,
  l.mode,
  CASE
    WHEN l.relation IS NULL THEN ''
    WHEN l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      THEN coalesce(
        (SELECT n.nspname || '.' || c.relname
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = l.relation),
        l.relation::text)
    ELSE l.relation::text END AS relation,
--{14+} coalesce((extract(epoch FROM clock_timestamp() - l.waitstart) * 1000)::bigint, -1)
--{14+} AS wait_ms
--{13-13} -1::bigint AS wait_ms
FROM pg_locks l
WHERE NOT l.granted AND l.pid IS NOT NULL

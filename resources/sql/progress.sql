-- Maintenance in progress; relations of other databases by their number.
SELECT
  p.pid, coalesce(p.datname, '') AS database, p.command, p.phase, p.done, p.total,
  CASE
    WHEN coalesce(p.relid, 0) = 0 THEN ''
    WHEN p.datname = current_database() THEN coalesce(
      (SELECT n.nspname || '.' || c.relname
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = p.relid),
      p.relid::text)
    ELSE p.relid::text END AS relation
FROM (
  SELECT pid, datname, relid, 'VACUUM' AS command, phase,
    CASE WHEN phase = 'vacuuming heap' THEN heap_blks_vacuumed ELSE heap_blks_scanned END AS done,
    heap_blks_total AS total
  FROM pg_stat_progress_vacuum
  UNION ALL
  SELECT pid, datname, relid, 'ANALYZE', phase, sample_blks_scanned, sample_blks_total
  FROM pg_stat_progress_analyze
  UNION ALL
  SELECT pid, datname, relid, command, phase,
    CASE WHEN blocks_total > 0 THEN blocks_done ELSE tuples_done END,
    CASE WHEN blocks_total > 0 THEN blocks_total ELSE tuples_total END
  FROM pg_stat_progress_create_index
  UNION ALL
  SELECT pid, datname, relid, command, phase, heap_blks_scanned, heap_blks_total
  FROM pg_stat_progress_cluster
  UNION ALL
  SELECT pid, NULL, NULL, 'BASE BACKUP', phase, backup_streamed, coalesce(backup_total, -1)
  FROM pg_stat_progress_basebackup
--{14+} UNION ALL
--{14+} SELECT pid, datname, relid, command, type, bytes_processed,
--{14+} CASE WHEN bytes_total > 0 THEN bytes_total ELSE -1 END
--{14+} FROM pg_stat_progress_copy
) p
ORDER BY p.pid

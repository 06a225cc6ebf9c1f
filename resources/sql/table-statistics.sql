-- User tables with statistics, largest first.
SELECT
  s.schemaname, s.relname,
  pg_table_size(c.oid) AS size_bytes,
  pg_indexes_size(c.oid) AS index_bytes,
  s.n_live_tup AS live, s.n_dead_tup AS dead,
--{18+} least(nullif(coalesce(o.most::float8,
--{18+} current_setting('autovacuum_vacuum_max_threshold')::float8), -1),
--{13-17} (
    coalesce(o.threshold::float8, current_setting('autovacuum_vacuum_threshold')::float8)
    + coalesce(o.factor::float8, current_setting('autovacuum_vacuum_scale_factor')::float8)
    * greatest(c.reltuples, 0))::bigint AS vacuum_threshold,
  age(c.relfrozenxid)::bigint AS frozen_age,
  coalesce(s.seq_scan, 0) AS seq_scan, coalesce(s.seq_tup_read, 0) AS seq_rows,
  coalesce(s.idx_scan, 0) AS idx_scan, coalesce(s.idx_tup_fetch, 0) AS idx_rows,
  s.n_tup_ins AS inserted, s.n_tup_upd AS updated, s.n_tup_hot_upd AS hot, s.n_tup_del AS deleted,
  coalesce(i.heap_blks_read, 0) + coalesce(i.idx_blks_read, 0) + coalesce(i.toast_blks_read, 0)
    + coalesce(i.tidx_blks_read, 0) AS blocks_read,
  coalesce(i.heap_blks_hit, 0) + coalesce(i.idx_blks_hit, 0) + coalesce(i.toast_blks_hit, 0)
    + coalesce(i.tidx_blks_hit, 0) AS blocks_hit,
  coalesce(floor(extract(epoch FROM greatest(s.last_vacuum, s.last_autovacuum)) * 1000)::bigint, -1)
    AS vacuumed,
  coalesce(
    floor(extract(epoch FROM greatest(s.last_analyze, s.last_autoanalyze)) * 1000)::bigint, -1)
    AS analyzed,
  coalesce(o.enabled, 'true') AS autovacuum
FROM pg_stat_user_tables s
JOIN pg_class c ON c.oid = s.relid
JOIN pg_statio_user_tables i ON i.relid = s.relid
LEFT JOIN LATERAL (
  SELECT
    max(option_value) FILTER (WHERE option_name = 'autovacuum_vacuum_threshold') AS threshold,
    max(option_value) FILTER (WHERE option_name = 'autovacuum_vacuum_scale_factor') AS factor,
    max(option_value) FILTER (WHERE option_name = 'autovacuum_vacuum_max_threshold') AS most,
    max(option_value) FILTER (WHERE option_name = 'autovacuum_enabled') AS enabled
  FROM pg_options_to_table(c.reloptions)) o ON true
ORDER BY 3 DESC, 1, 2
LIMIT ?

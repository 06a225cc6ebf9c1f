-- What the advisor's rules look at of the whole server.
SELECT
  (SELECT system_identifier::text FROM pg_control_system()) AS system,
  pg_is_in_recovery() AS standby,
  floor(extract(epoch FROM clock_timestamp() - coalesce(
    (SELECT max(stats_reset) FROM pg_stat_database WHERE datname = current_database()),
    pg_postmaster_start_time())) * 1000)::bigint AS statistics_ms,
  a.failed_count,
  coalesce(a.last_failed_wal, '') AS failed_file,
  a.last_failed_time IS NOT NULL
    AND a.last_failed_time > coalesce(a.last_archived_time, '-infinity') AS failed_last,
--{13-16} c.checkpoints_timed AS timed, c.checkpoints_req AS requested
--{17+} c.num_timed AS timed, c.num_requested AS requested
FROM pg_stat_archiver a,
--{13-16} pg_stat_bgwriter c
--{17+} pg_stat_checkpointer c

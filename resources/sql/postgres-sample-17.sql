-- One sample of a server of version 17 or later: checkpoints moved to their own view, and a
-- standby's restart points are counted apart. All counters grow until statistics are reset.
SELECT
  pg_postmaster_start_time()::text AS started,
  pg_is_in_recovery() AS in_recovery,
  d.backends, d.commits, d.rollbacks, d.blocks_read, d.blocks_hit,
  d.returned, d.fetched, d.inserted, d.updated, d.deleted, d.temp_bytes, d.deadlocks,
  pg_wal_lsn_diff(
    CASE WHEN pg_is_in_recovery()
      THEN coalesce(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
      ELSE pg_current_wal_insert_lsn() END,
    '0/0')::bigint AS wal_bytes,
  c.num_timed + c.num_requested + c.restartpoints_timed + c.restartpoints_req AS checkpoints,
  c.buffers_written AS checkpoint_buffers,
  -- Unknown (null) on a standby that is not connected to its primary.
  CASE WHEN pg_is_in_recovery()
    THEN (
      SELECT pg_wal_lsn_diff(
        greatest(r.latest_end_lsn, pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()),
        pg_last_wal_replay_lsn())::bigint
      FROM pg_stat_wal_receiver r)
    ELSE 0 END AS replay_lag
FROM
  (SELECT
    sum(numbackends)::bigint AS backends,
    sum(xact_commit)::bigint AS commits,
    sum(xact_rollback)::bigint AS rollbacks,
    sum(blks_read)::bigint AS blocks_read,
    sum(blks_hit)::bigint AS blocks_hit,
    sum(tup_returned)::bigint AS returned,
    sum(tup_fetched)::bigint AS fetched,
    sum(tup_inserted)::bigint AS inserted,
    sum(tup_updated)::bigint AS updated,
    sum(tup_deleted)::bigint AS deleted,
    sum(temp_bytes)::bigint AS temp_bytes,
    sum(deadlocks)::bigint AS deadlocks
  FROM pg_stat_database) d,
  pg_stat_checkpointer c;

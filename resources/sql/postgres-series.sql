-- One sample of a server of version 13 or later, in one statement. Lines that begin with a range of
-- versions in braces belong to those versions only. Counters grow until statistics are reset.
SELECT
  pg_postmaster_start_time()::text AS started,
  d.*,
  p.lsn AS wal,
  c.*,
--{17+} g.*,
--{14+} w.*,
--{16+} i.*,
  a.*,
  s.*,
  r.*,
  l.*,
  v.*
FROM
  (SELECT
    pg_wal_lsn_diff(
      CASE WHEN pg_is_in_recovery()
        THEN coalesce(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
        ELSE pg_current_wal_insert_lsn() END,
      '0/0')::bigint AS lsn,
    CASE WHEN pg_is_in_recovery()
      THEN coalesce(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
      ELSE pg_current_wal_insert_lsn() END AS position) p,
  (SELECT
    sum(numbackends)::bigint AS backends,
    sum(xact_commit)::bigint AS commits,
    sum(xact_rollback)::bigint AS rollbacks,
    sum(blks_read)::bigint AS blocks_read,
    sum(blks_hit)::bigint AS blocks_hit,
    sum(tup_returned)::bigint AS rows_returned,
    sum(tup_fetched)::bigint AS rows_fetched,
    sum(tup_inserted)::bigint AS rows_inserted,
    sum(tup_updated)::bigint AS rows_updated,
    sum(tup_deleted)::bigint AS rows_deleted,
    sum(conflicts)::bigint AS conflicts,
    sum(temp_files)::bigint AS temp_files,
    sum(temp_bytes)::bigint AS temp_bytes,
    sum(deadlocks)::bigint AS deadlocks,
    sum(coalesce(checksum_failures, 0))::bigint AS checksum_failures,
--{14+} sum(sessions)::bigint AS sessions_opened,
--{14+} sum(sessions_abandoned + sessions_fatal + sessions_killed)::bigint AS sessions_broken,
--{14+} sum(active_time)::bigint AS active_ms,
--{14+} sum(idle_in_transaction_time)::bigint AS idle_in_transaction_ms,
--{18+} sum(parallel_workers_launched)::bigint AS parallel_workers,
    sum(blk_read_time)::bigint AS read_ms,
    sum(blk_write_time)::bigint AS write_ms
  FROM pg_stat_database) d,
  (SELECT
--{13-16} checkpoints_timed,
--{13-16} checkpoints_req AS checkpoints_requested,
--{13-16} buffers_checkpoint AS checkpoint_buffers,
--{13-16} checkpoint_write_time::bigint AS checkpoint_write_ms,
--{13-16} checkpoint_sync_time::bigint AS checkpoint_sync_ms,
--{13-16} buffers_clean AS bgwriter_buffers,
--{13-16} maxwritten_clean AS bgwriter_halts,
--{13-16} buffers_backend AS backend_buffers,
--{13-16} buffers_alloc AS buffers_allocated
--{13-16} FROM pg_stat_bgwriter) c,
--{17+} num_timed + restartpoints_timed AS checkpoints_timed,
--{17+} num_requested + restartpoints_req AS checkpoints_requested,
--{17+} buffers_written AS checkpoint_buffers,
--{17+} write_time::bigint AS checkpoint_write_ms,
--{17+} sync_time::bigint AS checkpoint_sync_ms
--{17+} FROM pg_stat_checkpointer) c,
--{17+} (SELECT
--{17+} buffers_clean AS bgwriter_buffers,
--{17+} maxwritten_clean AS bgwriter_halts,
--{17+} buffers_alloc AS buffers_allocated
--{17+} FROM pg_stat_bgwriter) g,
--{14+} (SELECT
--{14+} wal_records,
--{14+} wal_fpi AS wal_full_pages,
--{14+} wal_buffers_full
--{14+} FROM pg_stat_wal) w,
--{16+} (SELECT
--{16-17} coalesce(sum(reads * op_bytes), 0)::bigint AS io_read_bytes,
--{16-17} coalesce(sum(writes * op_bytes), 0)::bigint AS io_write_bytes,
--{16-17} coalesce(sum(extends * op_bytes), 0)::bigint AS io_extend_bytes,
--{18+} coalesce(sum(read_bytes), 0)::bigint AS io_read_bytes,
--{18+} coalesce(sum(write_bytes), 0)::bigint AS io_write_bytes,
--{18+} coalesce(sum(extend_bytes), 0)::bigint AS io_extend_bytes,
--{17+} coalesce(sum(writes) FILTER (WHERE backend_type = 'client backend'), 0)::bigint
--{17+} AS backend_buffers,
--{16+} coalesce(sum(reads), 0)::bigint AS io_reads,
--{16+} coalesce(sum(writes), 0)::bigint AS io_writes,
--{16+} coalesce(sum(fsyncs), 0)::bigint AS io_fsyncs,
--{16+} coalesce(sum(evictions), 0)::bigint AS io_evictions,
--{16+} coalesce(sum(read_time), 0)::bigint AS io_read_ms,
--{16+} coalesce(sum(write_time), 0)::bigint AS io_write_ms
--{16-17} FROM pg_stat_io) i,
--{18+} FROM pg_stat_io WHERE object <> 'wal') i,
  (SELECT archived_count AS archived, failed_count AS archive_failures FROM pg_stat_archiver) a,
  (SELECT
    count(*) FILTER (WHERE client AND state = 'active') AS active,
    count(*) FILTER (WHERE client AND state = 'idle') AS idle,
    count(*) FILTER (WHERE client AND state LIKE 'idle in transaction%') AS idle_in_transaction,
    count(*) FILTER (WHERE wait_event_type = 'Lock') AS waiting_for_lock,
    count(*) FILTER (WHERE backend_type = 'autovacuum worker') AS autovacuum_workers,
    coalesce(extract(epoch FROM
      clock_timestamp() - min(xact_start) FILTER (WHERE client)) * 1000, 0)::bigint
      AS oldest_transaction_ms,
    coalesce(extract(epoch FROM
      clock_timestamp() - min(query_start) FILTER (WHERE client AND state = 'active'))
      * 1000, 0)::bigint AS oldest_query_ms,
    coalesce(max(age(backend_xmin)), 0)::bigint AS oldest_snapshot
  FROM (
    SELECT *, backend_type = 'client backend' AS client
    FROM pg_stat_activity WHERE pid <> pg_backend_pid()) x) s,
  LATERAL (SELECT
    count(*) AS standbys,
    coalesce(max(pg_wal_lsn_diff(p.position, sent_lsn)), 0)::bigint AS sent_lag_bytes,
    coalesce(max(pg_wal_lsn_diff(p.position, write_lsn)), 0)::bigint AS write_lag_bytes,
    coalesce(max(pg_wal_lsn_diff(p.position, flush_lsn)), 0)::bigint AS flush_lag_bytes,
    coalesce(max(pg_wal_lsn_diff(p.position, replay_lsn)), 0)::bigint AS standby_lag_bytes,
    coalesce(extract(epoch FROM max(write_lag)) * 1000, 0)::bigint AS write_lag_ms,
    coalesce(extract(epoch FROM max(flush_lag)) * 1000, 0)::bigint AS flush_lag_ms,
    coalesce(extract(epoch FROM max(replay_lag)) * 1000, 0)::bigint AS standby_lag_ms
  FROM pg_stat_replication WHERE state IN ('streaming', 'catchup')) r,
  LATERAL (SELECT
    count(*) AS slots,
    count(*) FILTER (WHERE NOT active) AS slots_inactive,
    coalesce(max(pg_wal_lsn_diff(p.position, restart_lsn)), 0)::bigint AS slots_retained_bytes
  FROM pg_replication_slots) l,
  (SELECT
    -- Not known (null) on a standby that is not connected to its primary.
    CASE WHEN pg_is_in_recovery()
      THEN (
        SELECT pg_wal_lsn_diff(
          greatest(v.latest_end_lsn, pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()),
          pg_last_wal_replay_lsn())::bigint
        FROM pg_stat_wal_receiver v)
      ELSE 0 END AS replay_lag_bytes,
    CASE
      WHEN NOT pg_is_in_recovery()
        OR pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
      ELSE greatest(0, extract(epoch FROM
        clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000)::bigint
      END AS replay_lag_ms) v

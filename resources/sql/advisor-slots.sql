-- Replication slots, with the log that is kept for them.
SELECT
  slot_name, active,
  coalesce(pg_wal_lsn_diff(
    CASE WHEN pg_is_in_recovery()
      THEN coalesce(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
      ELSE pg_current_wal_lsn() END,
    restart_lsn), 0)::bigint,
  coalesce(wal_status, '')
FROM pg_replication_slots

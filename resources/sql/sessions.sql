-- Every process that pg_stat_activity shows, but our own.
SELECT
  pid,
  coalesce(backend_type, '') AS type,
  coalesce(datname, '') AS database,
  coalesce(usename, '') AS role,
  coalesce(application_name, '') AS application,
  coalesce(host(client_addr), '') AS address,
  coalesce(client_port, -1) AS port,
  coalesce(state, '') AS state,
  CASE
    WHEN wait_event_type IS NULL OR wait_event_type IN ('Activity', 'Client') AND state = 'idle'
      THEN ''
    ELSE wait_event_type || ':' || wait_event END AS wait_event,
  coalesce(floor(extract(epoch FROM backend_start) * 1000)::bigint, -1) AS started,
  coalesce((extract(epoch FROM clock_timestamp() - xact_start) * 1000)::bigint, -1)
    AS transaction_ms,
  coalesce((extract(epoch FROM
    CASE WHEN state = 'active' THEN clock_timestamp() ELSE state_change END
    - query_start) * 1000)::bigint, -1) AS query_ms,
  coalesce((extract(epoch FROM clock_timestamp() - state_change) * 1000)::bigint, -1) AS state_ms,
  left(coalesce(query, ''), 1000) AS query,
  CASE WHEN wait_event_type = 'Lock' THEN pg_blocking_pids(pid) END AS blocked_by
FROM pg_stat_activity
WHERE pid <> pg_backend_pid()

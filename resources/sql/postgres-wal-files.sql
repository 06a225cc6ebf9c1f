-- Files of the write-ahead log, and those that wait to be archived. Needs pg_monitor.
SELECT
  (SELECT sum(size)::bigint FROM pg_ls_waldir()) AS wal_files_bytes,
  (SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready') AS archive_waiting

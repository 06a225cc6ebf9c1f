-- What of a server may move a benchmark's figures.
SELECT name, current_setting(name)
FROM pg_settings
WHERE name IN ('server_version', 'shared_buffers', 'effective_cache_size', 'work_mem',
  'max_connections', 'max_wal_size', 'wal_level', 'wal_compression', 'fsync', 'full_page_writes',
  'synchronous_commit', 'synchronous_standby_names', 'checkpoint_timeout', 'commit_delay', 'jit',
  'random_page_cost', 'autovacuum', 'huge_pages', 'io_method', 'data_checksums', 'server_encoding',
  'track_activities', 'track_io_timing', 'default_transaction_isolation',
  'shared_preload_libraries', 'max_parallel_workers_per_gather', 'block_size')
UNION ALL
SELECT 'database_size', pg_size_pretty(pg_database_size(current_database()))
ORDER BY 1;

-- Settings that the rules look at, in base units.
SELECT name, setting FROM pg_settings
WHERE name IN (
  'autovacuum', 'track_counts', 'autovacuum_freeze_max_age', 'autovacuum_multixact_freeze_max_age',
  'max_connections', 'superuser_reserved_connections', 'max_slot_wal_keep_size', 'fsync',
  'full_page_writes', 'data_checksums', 'password_encryption', 'shared_buffers', 'work_mem',
  'effective_cache_size', 'max_wal_size', 'checkpoint_completion_target', 'track_io_timing')

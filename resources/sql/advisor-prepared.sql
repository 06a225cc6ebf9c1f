-- Transactions that were prepared and not ended.
SELECT gid, database, (extract(epoch FROM clock_timestamp() - prepared) * 1000)::bigint
FROM pg_prepared_xacts

-- Indexes of user tables, largest first. One that has the same definition as another of its table
-- names that one: the one that enforces something, else the older.
SELECT
  s.schemaname, s.relname, s.indexrelname,
  pg_relation_size(s.indexrelid) AS size_bytes,
  coalesce(s.idx_scan, 0) AS scans,
  coalesce(s.idx_tup_read, 0) AS rows_read,
  coalesce(s.idx_tup_fetch, 0) AS rows_fetched,
  coalesce(i.idx_blks_read, 0) AS blocks_read,
  coalesce(i.idx_blks_hit, 0) AS blocks_hit,
  (x.indisunique OR x.indisprimary OR x.indisexclusion OR x.indisreplident) AS needed,
  x.indisvalid AS valid,
  coalesce((
    SELECT o.relname
    FROM pg_index y
    JOIN pg_class o ON o.oid = y.indexrelid
    JOIN pg_class m ON m.oid = x.indexrelid
    WHERE y.indrelid = x.indrelid AND y.indexrelid <> x.indexrelid AND y.indisvalid
      AND o.relam = m.relam
      AND y.indkey = x.indkey AND y.indclass = x.indclass
      AND y.indcollation = x.indcollation AND y.indoption = x.indoption
      AND coalesce(pg_get_expr(y.indexprs, y.indrelid), '')
        = coalesce(pg_get_expr(x.indexprs, x.indrelid), '')
      AND coalesce(pg_get_expr(y.indpred, y.indrelid), '')
        = coalesce(pg_get_expr(x.indpred, x.indrelid), '')
      AND (y.indisprimary::int, y.indisunique::int, -y.indexrelid::bigint)
        > (x.indisprimary::int, x.indisunique::int, -x.indexrelid::bigint)
    ORDER BY y.indisprimary DESC, y.indisunique DESC, y.indexrelid
    LIMIT 1), '') AS duplicate_of,
  pg_get_indexdef(s.indexrelid) AS definition
FROM pg_stat_user_indexes s
JOIN pg_statio_user_indexes i ON i.indexrelid = s.indexrelid
JOIN pg_index x ON x.indexrelid = s.indexrelid
ORDER BY 4 DESC, 1, 2, 3
LIMIT ?

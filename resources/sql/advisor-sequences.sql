-- Sequences of which four fifths are used, as far as the role may see them; also those whose
-- column holds less than the sequence.
SELECT
  s.schemaname || '.' || s.sequencename,
  s.last_value::float8 / least(s.max_value, coalesce(
    (SELECT CASE t.typname WHEN 'int2' THEN 32767 WHEN 'int4' THEN 2147483647 END
      FROM pg_depend d
      JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
      JOIN pg_type t ON t.oid = a.atttypid
      WHERE d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
        AND d.objid = format('%I.%I', s.schemaname, s.sequencename)::regclass
      LIMIT 1),
    s.max_value))
FROM pg_sequences s
WHERE s.increment_by > 0 AND NOT s.cycle AND s.last_value IS NOT NULL
ORDER BY 2 DESC
LIMIT 200

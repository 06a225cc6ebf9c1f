-- How far the server is from the limits of its counters.
SELECT
  max(age(datfrozenxid))::bigint AS transaction_age,
  max(mxid_age(datminmxid))::bigint AS multixact_age
FROM pg_database

/// What statements cost, by shape, database and user: calls, errors, rows, times, nodes.
///
/// ```
/// event loop ─→ StatementStatistics ─→ StatementEntry     one writer, no lock
/// anybody   ←─ AllStatements ←──────── all loops' entries
/// ```
///
/// Owner: a [StatementStatistics] is written by its event loop alone; [AllStatements] is
/// thread-safe. May import `core`, `sql`, `sql.grammar` and the contract. Imported by session, net
/// and mbean. Start reading at [StatementStatistics]. Limits: `statement_statistics_max` entries of
/// about 1.3 kB.
@NullMarked
package org.relevo.proxy.statistics;

import org.jspecify.annotations.NullMarked;

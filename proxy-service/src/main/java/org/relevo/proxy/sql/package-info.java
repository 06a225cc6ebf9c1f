/// What a statement is and touches, as values; and what a text tells without a parser: enough for a
/// pool to know what outlives a transaction.
///
/// Owner: none; pure. May import nothing of the project. Imported by session. Start reading at
/// [StatementScan].
@NullMarked
package org.relevo.proxy.sql;

import org.jspecify.annotations.NullMarked;

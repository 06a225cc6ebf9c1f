/// Live statistics and row counts of PostgreSQL servers over JDBC.
///
/// Start reading at `PostgresSampler`.
@NullMarked
package org.relevo.jmx.postgres;

import org.jspecify.annotations.NullMarked;

/// Starts, stops and makes PostgreSQL servers on this machine with their own binaries.
///
/// Start reading at `PgCtl`.
@NullMarked
package org.relevo.jmx.pgctl;

import org.jspecify.annotations.NullMarked;

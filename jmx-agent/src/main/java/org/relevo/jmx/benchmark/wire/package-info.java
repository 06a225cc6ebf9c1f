/// A lean client of PostgreSQL's protocol: messages are written to and read from buffers that are
/// used again, and nothing is understood that a load generator does not need. Logging in is left to
/// the JDBC driver, which hands its socket over afterwards.
///
/// Owner: a [org.relevo.jmx.benchmark.wire.Session] belongs to one job. Imports pgJDBC and
/// `postgres`. Start reading at [org.relevo.jmx.benchmark.wire.Session].
@NullMarked
package org.relevo.jmx.benchmark.wire;

import org.jspecify.annotations.NullMarked;

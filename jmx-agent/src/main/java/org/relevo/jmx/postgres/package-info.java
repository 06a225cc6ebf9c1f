/// Live statistics and row counts of PostgreSQL servers over JDBC.
///
/// Owner: each [org.relevo.jmx.postgres.PostgresSampler] has one virtual thread and one connection
/// of its own; everything it publishes is immutable. May import the JDK, pgJDBC, SLF4J, `contract`
/// and `history`; imported by `benchmark`, the service and its wiring. Limits: one connection and
/// one round trip a second for each server. Start reading at
/// [org.relevo.jmx.postgres.PostgresSampler].
@NullMarked
package org.relevo.jmx.postgres;

import org.jspecify.annotations.NullMarked;

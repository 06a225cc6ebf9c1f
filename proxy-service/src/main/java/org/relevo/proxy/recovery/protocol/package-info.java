/// A small blocking client of PostgreSQL's replication protocol (manual: "Streaming Replication
/// Protocol"), enough to take a base backup: start-up, trust/md5/SCRAM, simple query, COPY out.
///
/// Owner: a [ReplicationConnection] belongs to the thread that uses it. May import the JDK and
/// `core`; imported by `recovery` only. Start reading at [ReplicationConnection]. Limits: a message
/// is at most 16 MB.
@NullMarked
package org.relevo.proxy.recovery.protocol;

import org.jspecify.annotations.NullMarked;

/// The management contract over the coordinator: reads pictures, hands commands on.
///
/// Owner: none; every call reads immutable snapshots or goes to `coordinator`, which has its own
/// locks. May import `jmx.contract`, `core`, `config`, `cluster`, `consensus`, `coordinator`,
/// `failover`, `freshness`, `member`, `routing`, `sql` and `statistics`; imported by the wiring.
/// Start reading at [ControlBeans].
@NullMarked
package org.relevo.proxy.mbean;

import org.jspecify.annotations.NullMarked;

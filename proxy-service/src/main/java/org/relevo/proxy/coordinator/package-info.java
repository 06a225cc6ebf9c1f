/// The one place that changes anything: takes observations, lets `failover` decide, publishes the
/// cluster's picture, keeps the event journal and runs operations.
///
/// Owner: `ControlLoop` owns the picture on its own thread; each running operation has a virtual
/// thread; all else is immutable. May import `core`, `failover`, `health`, `local`, `recovery` and
/// `jmx.contract`; imported by `mbean` and the wiring. Start reading at [Coordinator], then
/// [Switchover]. Limits: 1000 events and 50 operations are kept; one operation runs at a time.
@NullMarked
package org.relevo.proxy.coordinator;

import org.jspecify.annotations.NullMarked;

/// Metrics of the machine under the service. The only package that imports OSHI.
///
/// Owner/threads: one thread, `host-sampler`, reads once a second; readers get immutable samples
/// from a ring. May import jmx.contract, jmx.history, OSHI and SLF4J; imported by the executables.
/// Start reading at [org.relevo.jmx.host.HostSampler]. Limits: the ring keeps
/// [org.relevo.jmx.contract.ObjectNames#HISTORY_CAPACITY] samples.
@NullMarked
package org.relevo.jmx.host;

import org.jspecify.annotations.NullMarked;

/// Bounded history of samples, read in batches by sequence number.
///
/// Owner: each ring guards itself; appenders and readers may be any threads. May import JDK types
/// only; imported by every sampler. Start reading at [org.relevo.jmx.history.SampleRing]. Limits: a
/// ring keeps its capacity and forgets the oldest sample first.
@NullMarked
package org.relevo.jmx.history;

import org.jspecify.annotations.NullMarked;

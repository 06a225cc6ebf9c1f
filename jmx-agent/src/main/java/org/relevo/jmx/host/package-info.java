/// Host metrics. The only package that imports OSHI.
///
/// Start reading at `HostSampler`.
@NullMarked
package org.relevo.jmx.host;

import org.jspecify.annotations.NullMarked;

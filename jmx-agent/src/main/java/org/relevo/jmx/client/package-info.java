/// Connects to a service with deadlines, certificate pinning and typed proxies.
///
/// Start reading at `JmxConnection`.
@NullMarked
package org.relevo.jmx.client;

import org.jspecify.annotations.NullMarked;

/// Value types that every part of the service shares; no I/O, no threads.
///
/// Owner: none, all immutable, apart from the ports whose implementations say their own. May import
/// the JDK and SLF4J only. Start reading at [ClusterView].
@NullMarked
package org.relevo.proxy.core;

import org.jspecify.annotations.NullMarked;

/// Keeps the cluster's state equal on all members: a replicated log with a majority, or a file when
/// a service is alone. The library behind it stays inside this package.
///
/// Owner: each log owns its threads and its directory. May import `cluster`, `core` and `tls`;
/// imported by `control` (the port) and the wiring. Start reading at [ClusterLog]; [RatisLog] is
/// the one that a majority keeps, [LocalLog] that of a service alone, [StateCodec] the bytes of
/// both. How it is run: resources/docs/quorum.md
@NullMarked
package org.relevo.proxy.consensus;

import org.jspecify.annotations.NullMarked;

/// The service's sockets: listens, connects, one event loop per core.
///
/// Owner: [ProxyServer] owns the loops; everything on a channel belongs to its loop. May import
/// session, core, config and Netty. Start reading at [ProxyServer].
@NullMarked
package org.relevo.proxy.net;

import org.jspecify.annotations.NullMarked;

/// Who a client is, and how the service proves to a server that it may act for that client.
///
/// Owner: one login belongs to one event loop; sources of stored passwords are thread-safe. May
/// import wire, core, config and Netty. Imported by server and session. Start reading at
/// [Authentication].
@NullMarked
package org.relevo.proxy.auth;

import org.jspecify.annotations.NullMarked;

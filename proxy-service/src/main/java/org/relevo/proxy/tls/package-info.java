/// Encryption: contexts towards clients and servers, negotiation on a channel, reload.
///
/// Owner: [ClientTls] and [ServerTls] are thread-safe; handlers belong to their channel's loop. May
/// import core, config, wire, the type of auth that says what is known of a client, and Netty.
/// Imported by net, server and the wiring. Start reading at [FrontTls] and [ServerTls].
@NullMarked
package org.relevo.proxy.tls;

import org.jspecify.annotations.NullMarked;

/// One logged-in connection to a server: what it owes to the client that holds it, what its session
/// there has been given (settings, prepared statements), and how it is opened.
///
/// ```
/// ServerOpener ── opens ──> ServerConnection ── bytes ──> Tenant (a client's session)
///                             ├ Outstanding         what was asked and not answered
///                             ├ ServerStatements    what is prepared there
///                             └ Conversation        questions of the service itself
/// ```
///
/// Owner: a connection belongs to its event loop. May import pool, auth, tls, sql, wire, core,
/// Netty. Imported by session. Start reading at [ServerConnection].
@NullMarked
package org.relevo.proxy.server;

import org.jspecify.annotations.NullMarked;

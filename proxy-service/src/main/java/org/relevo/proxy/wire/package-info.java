/// PostgreSQL's protocol as bytes: start-up packets, message headers, the few messages that the
/// service reads or writes itself, SCRAM's and md5's computations, and the account of answers that
/// a server still owes.
///
/// Owner: none, or the event loop of the connection they belong to. May import core and Netty's
/// buffers; imported by session. Start reading at [org.relevo.proxy.wire.StartupParser]. Limits:
/// see [org.relevo.proxy.wire.WireLimits]. Lengths that peers send are checked before use.
@NullMarked
package org.relevo.proxy.wire;

import org.jspecify.annotations.NullMarked;

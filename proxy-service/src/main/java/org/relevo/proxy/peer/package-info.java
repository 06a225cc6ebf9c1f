/// The other services of the cluster, reached over their management connectors.
///
/// Threads: every call is made on a virtual thread of its own with a deadline. May import `core`
/// and the JMX client and contract. Start reading at [PeerGate].
@NullMarked
package org.relevo.proxy.peer;

import org.jspecify.annotations.NullMarked;

/// Addresses of this machine's network interfaces and packets of the link layer, straight to the
/// Linux kernel: by routing netlink and packet sockets through `java.lang.foreign`, without another
/// process. Why: resources/docs/adr/0015-service-address.md
///
/// Owner: each socket belongs to whoever opened it; [Frames] is pure. Needs CAP_NET_ADMIN to change
/// addresses and CAP_NET_RAW for packets, not root. May import nothing of the project; imported by
/// `resource` and the wiring. Start reading at [RouteNetlink].
@NullMarked
package org.relevo.proxy.netlink;

import org.jspecify.annotations.NullMarked;

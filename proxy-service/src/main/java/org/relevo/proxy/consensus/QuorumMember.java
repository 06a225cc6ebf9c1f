package org.relevo.proxy.consensus;

import org.relevo.proxy.cluster.Member;
import org.relevo.proxy.cluster.MemberId;

/// A member as configured.
///
/// @param host name or address at which the others reach it
public record QuorumMember(MemberId id, Member.Kind kind, String host, int port) {
  /// As `host:port`, with an IPv6 address in brackets.
  public String address() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}

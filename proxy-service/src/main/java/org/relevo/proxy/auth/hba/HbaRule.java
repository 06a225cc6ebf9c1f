package org.relevo.proxy.auth.hba;

import java.util.List;

/// One line of `pool_hba.conf`.
///
/// @param place `file:line`
public record HbaRule(
    String place,
    Type type,
    List<NamePattern> databases,
    List<NamePattern> users,
    AddressPattern address,
    HbaMethod method,
    HbaOptions options) {
  public HbaRule {
    databases = List.copyOf(databases);
    users = List.copyOf(users);
  }

  /// Which connections it is for.
  public enum Type {
    LOCAL,
    HOST,
    HOSTSSL,
    HOSTNOSSL,
    /// Never: there is no GSSAPI encryption here.
    HOSTGSSENC,
    /// As HOST.
    HOSTNOGSSENC
  }

  @Override
  public String toString() {
    return place + " " + method.text();
  }
}

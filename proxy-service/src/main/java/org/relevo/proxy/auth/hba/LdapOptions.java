package org.relevo.proxy.auth.hba;

import java.util.List;
import java.util.Optional;
import org.relevo.proxy.config.Secret;

/// Where and how a password is checked by LDAP.
///
/// @param servers host names; the first that answers is asked
/// @param secure `ldaps`
/// @param startTls TLS on the plain port
/// @param search empty for a simple bind
/// @param prefix what stands before the user's name in a simple bind
/// @param suffix what stands after it
public record LdapOptions(
    List<String> servers,
    int port,
    boolean secure,
    boolean startTls,
    String prefix,
    String suffix,
    Optional<Search> search) {
  public LdapOptions {
    servers = List.copyOf(servers);
  }

  /// How the user's entry is found before its password is tried.
  ///
  /// @param bindDn "" to search without logging in
  /// @param filter with `$username`
  public record Search(
      String baseDn, String bindDn, Secret bindPassword, String filter, Scope scope) {}

  public enum Scope {
    BASE,
    ONE_LEVEL,
    SUBTREE
  }
}

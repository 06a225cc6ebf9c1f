package org.relevo.proxy.auth.hba;

import java.util.Optional;

/// What follows the method in a rule.
///
/// @param map name of the map in `pg_ident.conf`
/// @param byDistinguishedName whether a certificate stands for its whole name instead of its CN
/// @param pamHostName whether PAM is told the client's name instead of its address
/// @param bindingRequired whether SCRAM goes with channel binding only; an option of this service
public record HbaOptions(
    ClientCertificate clientCertificate,
    Optional<String> map,
    boolean byDistinguishedName,
    Optional<String> pamService,
    boolean pamHostName,
    Optional<LdapOptions> ldap,
    boolean bindingRequired) {
  public static final HbaOptions NONE =
      new HbaOptions(
          ClientCertificate.NOT_ASKED,
          Optional.empty(),
          false,
          Optional.empty(),
          false,
          Optional.empty(),
          false);

  /// Whether a client must show a certificate in addition to the method.
  public enum ClientCertificate {
    NOT_ASKED,
    VERIFY_CA,
    VERIFY_FULL
  }
}

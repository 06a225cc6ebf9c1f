package org.relevo.proxy.auth;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/// What a client's certificate says of it. Verifying the chain is TLS's part.
final class Certificates {
  private Certificates() {}

  static boolean shown(ClientFacts client) {
    return !chain(client).isEmpty();
  }

  private static List<Certificate> chain(ClientFacts client) {
    return client.tls().map(ClientFacts.TlsFacts::clientChain).orElse(List.of());
  }

  /// @param distinguished whether the whole subject is wanted (RFC 2253) instead of its CN
  /// @return empty when the certificate has no such name, or one with a zero byte in it
  static Optional<String> name(ClientFacts client, boolean distinguished) {
    if (!shown(client) || !(chain(client).getFirst() instanceof X509Certificate certificate)) {
      return Optional.empty();
    }
    String subject = certificate.getSubjectX500Principal().getName(X500Principal.RFC2253);
    Optional<String> name = distinguished ? Optional.of(subject) : commonName(subject);
    return name.filter(text -> !text.isEmpty() && text.indexOf('\0') < 0);
  }

  /// The last CN, as OpenSSL counts them.
  private static Optional<String> commonName(String subject) {
    try {
      // The list begins with what stands last in the text.
      List<Rdn> parts = new LdapName(subject).getRdns();
      for (Rdn part : parts) {
        if (part.getType().equalsIgnoreCase("CN") && part.getValue() instanceof String text) {
          return Optional.of(text);
        }
      }
      return Optional.empty();
    } catch (InvalidNameException _) {
      return Optional.empty();
    }
  }
}

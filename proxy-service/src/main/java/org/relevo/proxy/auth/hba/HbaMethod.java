package org.relevo.proxy.auth.hba;

import java.util.Locale;
import java.util.Optional;

/// How clients under a rule prove who they are.
public enum HbaMethod {
  TRUST,
  REJECT,
  PASSWORD,
  MD5,
  SCRAM_SHA_256,
  CERT,
  LDAP,
  PAM;

  static Optional<HbaMethod> of(String text) {
    for (HbaMethod method : values()) {
      if (method.text().equals(text)) {
        return Optional.of(method);
      }
    }
    return Optional.empty();
  }

  /// As it stands in the file.
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

package org.relevo.proxy.tls;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Names of key exchange groups: OpenSSL's to Java's.
final class Groups {
  private Groups() {}

  /// @param text names separated by colons; "" for Java's own choice
  static List<String> of(String text, String setting) throws TlsConfigException {
    List<String> groups = new ArrayList<>();
    for (String name : text.split("[:, ]+", -1)) {
      switch (name.toLowerCase(Locale.ROOT)) {
        case "" -> {}
        case "prime256v1", "secp256r1", "p-256" -> groups.add("secp256r1");
        case "secp384r1", "p-384" -> groups.add("secp384r1");
        case "secp521r1", "p-521" -> groups.add("secp521r1");
        case "x25519" -> groups.add("x25519");
        case "x448" -> groups.add("x448");
        case "ffdhe2048", "ffdhe3072", "ffdhe4096" -> groups.add(name.toLowerCase(Locale.ROOT));
        default ->
            throw new TlsConfigException(
                setting,
                "'" + name + "' is not known; use X25519, X448, prime256v1, secp384r1, secp521r1");
      }
    }
    return List.copyOf(groups);
  }
}

package org.relevo.proxy.tls;

import io.netty.handler.ssl.CipherSuiteConverter;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// OpenSSL's cipher list notation (`man openssl-ciphers`) over the suites of TLS 1.2 that are safe
/// enough to be on by default in Java: an expression cannot turn on weaker ones. As with OpenSSL, a
/// word that matches nothing changes nothing.
final class CipherList {
  private CipherList() {}

  /// The suites of TLS 1.3 and the chosen ones of TLS 1.2.
  static List<String> suites(String expression, String setting) throws TlsConfigException {
    List<String> all;
    try {
      all = List.of(SSLContext.getDefault().getDefaultSSLParameters().getCipherSuites());
    } catch (NoSuchAlgorithmException e) {
      throw new TlsConfigException(setting, "this Java has no TLS: " + e.getMessage(), e);
    }
    List<String> older = all.stream().filter(suite -> suite.contains("_WITH_")).toList();
    List<String> chosen = choose(expression, older);
    if (chosen.isEmpty()) {
      throw new TlsConfigException(
          setting, "'" + expression + "' leaves no cipher suite; use HIGH:!aNULL");
    }
    List<String> suites = new ArrayList<>(all);
    suites.removeAll(older);
    suites.addAll(chosen);
    return suites;
  }

  /// @param available IANA names, the best first
  /// @return the chosen ones in order; may be empty
  static List<String> choose(String expression, Collection<String> available) {
    List<String> chosen = new ArrayList<>();
    Set<String> forbidden = new LinkedHashSet<>();
    for (String word : expression.split("[:, ]+", -1)) {
      if (word.equals("@STRENGTH")) {
        chosen.sort(Comparator.comparing(suite -> !(suite.contains("256_") || isChaCha(suite))));
      } else if (word.startsWith("!")) {
        List<String> out = matching(word.substring(1), available);
        forbidden.addAll(out);
        chosen.removeAll(out);
      } else if (word.startsWith("-")) {
        chosen.removeAll(matching(word.substring(1), available));
      } else if (word.startsWith("+")) {
        List<String> last = matching(word.substring(1), chosen);
        chosen.removeAll(last);
        chosen.addAll(last);
      } else {
        for (String suite : matching(word, available)) {
          if (!chosen.contains(suite) && !forbidden.contains(suite)) {
            chosen.add(suite);
          }
        }
      }
    }
    return List.copyOf(chosen);
  }

  private static List<String> matching(String word, Collection<String> suites) {
    if (word.isEmpty() || word.startsWith("@")) {
      return List.of();
    }
    List<String> parts = List.of(word.split("\\+", -1));
    return suites.stream()
        .filter(suite -> parts.stream().allMatch(part -> is(part, suite)))
        .toList();
  }

  private static boolean is(String word, String suite) {
    return switch (word) {
      case "ALL", "DEFAULT", "HIGH" -> true;
      case "ECDH", "ECDHE", "EECDH", "kECDHE", "kEECDH" -> suite.startsWith("TLS_ECDHE_");
      case "DH", "DHE", "EDH", "kDHE", "kEDH" -> suite.startsWith("TLS_DHE_");
      case "RSA", "kRSA" -> suite.startsWith("TLS_RSA_");
      case "aRSA" -> suite.contains("_RSA_WITH_");
      case "ECDSA", "aECDSA" -> suite.contains("_ECDSA_WITH_");
      case "AES" -> suite.contains("_AES_");
      case "AES128" -> suite.contains("_AES_128_");
      case "AES256" -> suite.contains("_AES_256_");
      case "AESGCM" -> suite.contains("_AES_") && suite.contains("_GCM_");
      case "AESCCM" -> suite.contains("_AES_") && suite.contains("_CCM");
      case "CHACHA20" -> isChaCha(suite);
      case "CAMELLIA", "ARIA" -> suite.contains("_" + word + "_");
      case "SHA", "SHA1", "TLSv1", "TLSv1.0", "SSLv3" -> suite.endsWith("_SHA");
      case "SHA256", "SHA384" -> suite.endsWith("_CBC_" + word);
      case "TLSv1.2" -> !suite.endsWith("_SHA");
      default -> suite.equals(word) || word.equals(openSslName(suite));
    };
  }

  private static boolean isChaCha(String suite) {
    return suite.contains("_CHACHA20_");
  }

  private static @Nullable String openSslName(String suite) {
    return CipherSuiteConverter.toOpenSsl(suite, false);
  }
}

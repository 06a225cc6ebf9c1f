package org.relevo.proxy.tls;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.security.spec.PSSParameterSpec;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.relevo.proxy.wire.ByteString;

/// Channel binding of the type `tls-server-end-point` (RFC 5929, section 4): a hash of the server's
/// certificate, by the hash function of its signature, but SHA-256 in place of MD5 and SHA-1.
final class EndPoint {
  private static final Pattern HASH = Pattern.compile("SHA3?-?(\\d+)(?:/(\\d+))?WITH.*");

  private EndPoint() {}

  /// Empty when the signature has no hash function of its own (Ed25519): the type is not defined
  /// then, and channel binding must not be offered.
  static Optional<ByteString> of(X509Certificate certificate) throws GeneralSecurityException {
    Optional<String> hash = hash(certificate);
    if (hash.isEmpty()) {
      return Optional.empty();
    }
    MessageDigest digest = MessageDigest.getInstance(hash.get());
    return Optional.of(ByteString.copyOf(digest.digest(certificate.getEncoded())));
  }

  private static Optional<String> hash(X509Certificate certificate)
      throws GeneralSecurityException {
    String name = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
    if (name.equals("RSASSA-PSS")) {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
      try {
        parameters.init(certificate.getSigAlgParams());
      } catch (java.io.IOException e) {
        throw new GeneralSecurityException("its signature's parameters are broken", e);
      }
      String digest = parameters.getParameterSpec(PSSParameterSpec.class).getDigestAlgorithm();
      return Optional.of(atLeastSha256(digest.toUpperCase(Locale.ROOT)));
    }
    if (name.startsWith("MD")) {
      return Optional.of("SHA-256");
    }
    Matcher matcher = HASH.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    if (name.startsWith("SHA3")) {
      return Optional.of("SHA3-" + matcher.group(1));
    }
    String shorter = matcher.group(2) == null ? "" : "/" + matcher.group(2);
    return Optional.of(atLeastSha256("SHA-" + matcher.group(1) + shorter));
  }

  private static String atLeastSha256(String hash) {
    return hash.equals("SHA-1") || hash.startsWith("MD") ? "SHA-256" : hash;
  }
}

package org.relevo.proxy.wire;

import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A role's SCRAM-SHA-256 verifier as `pg_authid.rolpassword` holds it.
public record ScramVerifier(
    int iterations, ByteString salt, ByteString storedKey, ByteString serverKey) {
  private static final Pattern FORM =
      Pattern.compile(
          "SCRAM-SHA-256\\$(\\d{1,9}):([A-Za-z0-9+/=]{1,512})"
              + "\\$([A-Za-z0-9+/=]{44}):([A-Za-z0-9+/=]{44})");

  public static Optional<ScramVerifier> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Base64.Decoder decoder = Base64.getDecoder();
    try {
      return Optional.of(
              new ScramVerifier(
                  Integer.parseInt(matcher.group(1)),
                  ByteString.copyOf(decoder.decode(matcher.group(2))),
                  ByteString.copyOf(decoder.decode(matcher.group(3))),
                  ByteString.copyOf(decoder.decode(matcher.group(4)))))
          .filter(ScramVerifier::sound);
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // not base64 after all
    }
  }

  private boolean sound() {
    return iterations >= 1
        && iterations <= Scram.MAX_ITERATIONS
        && storedKey.length() == Scram.KEY_BYTES
        && serverKey.length() == Scram.KEY_BYTES;
  }

  @Override
  public String toString() {
    return "ScramVerifier[****]";
  }
}

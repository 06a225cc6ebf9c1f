package org.relevo.proxy.tls;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.relevo.proxy.wire.ByteString;

/// One block of a PEM file.
///
/// @param label between `BEGIN` and the dashes
/// @param headers of the traditional form (RFC 1421), such as `DEK-Info`
record PemBlock(String label, Map<String, String> headers, ByteString content) {
  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN ([A-Z0-9 ]{1,40})-----\\s*"
              + "([^-]*+(?:-(?!----)[^-]*+)*+)-----END \\1-----");

  /// The first block whose label ends so.
  ///
  /// @throws IllegalArgumentException when the block is not Base64
  static Optional<PemBlock> first(byte[] file, String labelEnd) {
    Matcher matcher = BLOCK.matcher(new String(file, StandardCharsets.ISO_8859_1));
    while (matcher.find()) {
      if (matcher.group(1).endsWith(labelEnd)) {
        return Optional.of(of(matcher.group(1), matcher.group(2)));
      }
    }
    return Optional.empty();
  }

  private static PemBlock of(String label, String body) {
    Map<String, String> headers = new HashMap<>();
    StringBuilder base64 = new StringBuilder();
    body.lines()
        .forEach(line -> {
          int colon = line.indexOf(':');
          if (colon > 0) {
            headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
          } else {
            base64.append(line.strip());
          }
        });
    byte[] content = Base64.getDecoder().decode(base64.toString());
    return new PemBlock(label, Map.copyOf(headers), ByteString.copyOf(content));
  }
}

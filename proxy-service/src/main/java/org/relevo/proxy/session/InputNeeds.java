package org.relevo.proxy.session;

import org.relevo.proxy.wire.Tags;
import org.relevo.proxy.wire.WireException;

/// How much of a client's message must be there before it can be passed on.
final class InputNeeds {
  /// How much of a query string is looked through.
  static final int SCANNED_BYTES = 32_768;

  /// Longest statement that is kept to be prepared again.
  static final int MAX_KEPT_PARSE_BYTES = 16 << 20;

  /// Where the names of a Bind message must end.
  private static final int NAMES_BYTES = 1024;

  private static final int MAX_SHORT_MESSAGE_BYTES = 4096;

  private InputNeeds() {}

  /// @param whole whether a query string must be there to its end
  /// @return bytes of the body
  /// @throws WireException when it is longer than any that makes sense
  static int of(byte tag, int body, boolean whole) {
    return switch (tag) {
      case Tags.QUERY -> whole ? body : Math.min(body, SCANNED_BYTES);
      case Tags.PARSE -> {
        if (body > MAX_KEPT_PARSE_BYTES) {
          throw new WireException("Parse message of " + body + " bytes");
        }
        yield body;
      }
      case Tags.BIND -> Math.min(body, NAMES_BYTES);
      case Tags.DESCRIBE, Tags.CLOSE -> {
        if (body > MAX_SHORT_MESSAGE_BYTES) {
          throw new WireException("message 0x%02x of %d bytes".formatted(tag, body));
        }
        yield body;
      }
      default -> 0;
    };
  }
}

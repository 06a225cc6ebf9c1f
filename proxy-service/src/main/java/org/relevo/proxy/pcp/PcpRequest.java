package org.relevo.proxy.pcp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// One message of a client: type, 4 bytes of length (with themselves), body.
final class PcpRequest {
  /// Longest message without its type, as pgpool-II.
  static final int MOST_BYTES = 259;

  private final char type;
  private final byte[] body;

  /// @param type letter of the command
  PcpRequest(char type, byte[] body) {
    this.type = type;
    this.body = body;
  }

  char type() {
    return type;
  }

  /// Texts of the body; the NUL behind the last may be missing.
  List<String> texts() {
    List<String> texts = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < body.length; i++) {
      if (body[i] == 0) {
        texts.add(new String(body, start, i - start, StandardCharsets.UTF_8));
        start = i + 1;
      }
    }
    if (start < body.length) {
      texts.add(new String(body, start, body.length - start, StandardCharsets.UTF_8));
    }
    return texts;
  }

  /// @throws PcpException when the first text is no whole number
  int number() {
    List<String> texts = texts();
    String text = texts.isEmpty() ? "" : texts.getFirst().strip();
    if (!text.matches("-?\\d{1,9}")) {
      throw PcpException.error("22023", "a number is missing in the request");
    }
    return Integer.parseInt(text);
  }

  /// The last byte as a letter, 0 for an empty body.
  char lastLetter() {
    return body.length == 0 ? 0 : (char) (body[body.length - 1] & 0x7f);
  }

  @Override
  public String toString() {
    // The body may hold a proof of a password.
    return "PcpRequest " + type + " of " + body.length + " bytes";
  }
}

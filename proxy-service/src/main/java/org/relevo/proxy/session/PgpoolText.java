package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;

/// Whether a text may be one of pgpool-II's statements (`SHOW POOL_…`, `PGPOOL …`). Cheap for all
/// others; as much of the text is looked at as is there.
final class PgpoolText {
  /// Longest message that is looked at.
  private static final int MAX_BODY_BYTES = 1024;

  private static final byte[] SHOW = {'s', 'h', 'o', 'w'};
  private static final byte[] POOL = {'p', 'o', 'o', 'l', '_'};
  private static final byte[] PGPOOL = {'p', 'g', 'p', 'o', 'o', 'l'};

  private PgpoolText() {}

  /// The same of a Parse message, whose text comes after a name.
  static boolean maybeParse(ByteBuf in, int from, int to, int body) {
    if (body > MAX_BODY_BYTES) {
      return false;
    }
    int nameEnd = to > from ? in.indexOf(from, to, (byte) 0) : -1;
    return nameEnd < 0 || maybe(in, nameEnd + 1, to, body);
  }

  /// Whether a query may be one.
  ///
  /// @param from where the text begins
  /// @param to end of what is there of it
  /// @param body length of the message's body
  static boolean maybe(ByteBuf in, int from, int to, int body) {
    if (body > MAX_BODY_BYTES) {
      return false;
    }
    int at = blanks(in, from, to);
    if (at == to) {
      return true;
    }
    return switch (in.getByte(at)) {
      case 's', 'S' -> {
        int end = word(in, at, to, SHOW);
        yield end > 0 && (end == to || pool(in, blanks(in, end, to), to));
      }
      case 'p', 'P' -> word(in, at, to, PGPOOL) > 0;
      default -> false;
    };
  }

  private static boolean pool(ByteBuf in, int at, int to) {
    return at == to || word(in, at, to, POOL) > 0;
  }

  private static int blanks(ByteBuf in, int from, int to) {
    int at = from;
    while (at < to && Character.isWhitespace(in.getByte(at))) {
      at++;
    }
    return at;
  }

  /// @return end of the word, or of what is there of it; 0 when it is another
  private static int word(ByteBuf in, int from, int to, byte[] word) {
    int end = Math.min(to, from + word.length);
    for (int at = from; at < end; at++) {
      if ((in.getByte(at) | 0x20) != (word[at - from] | 0x20)) {
        return 0;
      }
    }
    return end;
  }
}

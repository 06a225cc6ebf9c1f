package org.relevo.proxy.fanout;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.sql.StatementKind;

/// A statement with its values, as the client has bound it.
///
/// Owner: the session's thread.
final class Portal {
  private final Statement statement;
  private final Frame bind;
  private @Nullable RowLimit rest;

  Portal(Statement statement, Frame bind) {
    this.statement = statement;
    this.bind = bind;
  }

  Statement statement() {
    return statement;
  }

  /// Rows that the client has not asked for yet; null when the nodes have them.
  @Nullable RowLimit rest() {
    return rest;
  }

  void rest(RowLimit rows) {
    rest = rows;
  }

  boolean local() {
    return isLocal(statement.first().kind());
  }

  /// Statements that the session answers itself.
  static boolean isLocal(StatementKind kind) {
    return kind == StatementKind.BEGIN
        || kind == StatementKind.COMMIT
        || kind == StatementKind.ROLLBACK;
  }

  /// The Bind for another node: the unnamed portal.
  Frame unnamed() {
    int name = 0;
    while (bind.body()[name] != 0) {
      name++;
    }
    return new Frame(bind.tag(), Arrays.copyOfRange(bind.body(), name, bind.body().length));
  }

  /// The Bind for the main node when more columns are returned than the client knows of.
  Frame widened(int more) {
    int at = formatsAt();
    int count = bind.int16(at);
    if (count < 2) {
      return bind;
    }
    byte[] body = Arrays.copyOf(bind.body(), bind.body().length + 2 * more);
    body[at] = (byte) ((count + more) >> 8);
    body[at + 1] = (byte) (count + more);
    return new Frame(bind.tag(), body);
  }

  /// Whether columns that the client does not know of come in binary.
  boolean binaryByDefault() {
    int at = formatsAt();
    return bind.int16(at) == 1 && bind.int16(at + 2) == 1;
  }

  /// Where the formats of results begin.
  private int formatsAt() {
    int at = 0;
    for (int names = 0; names < 2; names++) {
      while (at < bind.body().length && bind.body()[at] != 0) {
        at++;
      }
      at++;
    }
    at += 2 + 2 * bind.int16(at);
    int values = bind.int16(at);
    at += 2;
    for (int i = 0; i < values; i++) {
      at += 4 + Math.max(0, bind.int32(at));
    }
    return at;
  }

  /// Whether a value in text is a word such as `now`, which becomes another moment on each node.
  boolean hasMoment() {
    int at = 0;
    for (int names = 0; names < 2; names++) {
      while (at < bind.body().length && bind.body()[at] != 0) {
        at++;
      }
      at++;
    }
    int formats = bind.int16(at);
    int formatsFrom = at + 2;
    at = formatsFrom + 2 * formats;
    int values = bind.int16(at);
    at += 2;
    for (int i = 0; i < values; i++) {
      int length = bind.int32(at);
      boolean text = formats == 0 || bind.int16(formatsFrom + 2 * (formats == 1 ? 0 : i)) == 0;
      boolean temporal = i >= statement.types().length || temporal(statement.types()[i]);
      if (text && temporal && length > 0 && length <= 64 && at + 4 + length <= bind.body().length) {
        String value =
            new String(bind.body(), at + 4, length, java.nio.charset.StandardCharsets.ISO_8859_1);
        if (MOMENT.matcher(value).matches()) {
          return true;
        }
      }
      at += 4 + Math.max(0, length);
    }
    return false;
  }

  private static final java.util.regex.Pattern MOMENT =
      java.util.regex.Pattern.compile("(?i)\\s*(now|today|tomorrow|yesterday)\\b.*");

  /// Not told, date, time, timestamp, with time zones.
  private static boolean temporal(int type) {
    return switch (type) {
      case 0, 1082, 1083, 1114, 1184, 1266 -> true;
      default -> false;
    };
  }

  Frame bind() {
    return bind;
  }
}

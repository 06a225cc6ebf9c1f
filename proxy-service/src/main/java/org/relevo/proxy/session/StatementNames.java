package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.server.SharedStatement;

/// One client's names of prepared statements. Looked up by the bytes in a message.
///
/// Owner: event loop of the session.
final class StatementNames {
  /// More than any driver's cache; one more is refused.
  static final int MAX = 100_000;

  /// Most bytes of those texts that are longer than [#LONG_BYTES]. They are kept for as long as the
  /// client has them, to be prepared on other connections.
  static final long MAX_LONG_BYTES = 32L << 20;

  static final int LONG_BYTES = 32_768;

  /// Not known to clients: names that fall into one place would cost the event loop its time.
  private static final int MULTIPLIER = new SecureRandom().nextInt() | 1;

  private byte[] @Nullable [] names = new byte[8][];
  private @Nullable SharedStatement[] statements = new SharedStatement[8];
  private int size;
  private long longBytes;

  @Nullable SharedStatement get(ByteBuf in, int from, int length) {
    if (size == 0) {
      return null;
    }
    int at = hash(in, from, length) & (names.length - 1);
    while (names[at] != null) {
      if (same(names[at], in, from, length)) {
        return statements[at];
      }
      at = (at + 1) & (names.length - 1);
    }
    return null;
  }

  @Nullable SharedStatement get(byte[] name) {
    return statements[slot(name)];
  }

  /// @return what had this name before
  @Nullable SharedStatement put(byte[] name, SharedStatement statement) {
    if (size * 2 >= names.length) {
      grow();
    }
    int at = slot(name);
    SharedStatement before = statements[at];
    if (names[at] == null) {
      names[at] = name;
      size++;
    }
    statements[at] = statement;
    longBytes += counted(statement) - counted(before);
    return before;
  }

  @Nullable SharedStatement remove(byte[] name) {
    int at = slot(name);
    if (names[at] == null) {
      return null;
    }
    SharedStatement before = statements[at];
    longBytes -= counted(before);
    names[at] = null;
    statements[at] = null;
    size--;
    // What was put behind it because of it must be found again.
    int mask = names.length - 1;
    for (int next = (at + 1) & mask; names[next] != null; next = (next + 1) & mask) {
      byte[] moved = names[next];
      SharedStatement statement = statements[next];
      names[next] = null;
      statements[next] = null;
      int to = slot(moved);
      names[to] = moved;
      statements[to] = statement;
    }
    return before;
  }

  void clear() {
    Arrays.fill(names, null);
    Arrays.fill(statements, null);
    size = 0;
    longBytes = 0;
  }

  private static int counted(@Nullable SharedStatement statement) {
    int length = statement == null ? 0 : statement.text().length;
    return length > LONG_BYTES ? length : 0;
  }

  /// Why this one cannot be had besides; null when it can.
  @Nullable Refusal full(SharedStatement next) {
    if (size >= MAX) {
      return Refusal.ofParse("54000", "more than " + MAX + " statements");
    }
    return longBytes > MAX_LONG_BYTES && counted(next) > 0
        ? Refusal.ofParse(
            "54000", "long prepared statements of more than " + (MAX_LONG_BYTES >> 20) + " MB")
        : null;
  }

  int size() {
    return size;
  }

  void replaceAll(UnaryOperator<SharedStatement> replacement) {
    for (int i = 0; i < statements.length; i++) {
      SharedStatement statement = statements[i];
      if (statement != null) {
        statements[i] = replacement.apply(statement);
      }
    }
  }

  void forEach(Consumer<SharedStatement> action) {
    for (SharedStatement statement : statements) {
      if (statement != null) {
        action.accept(statement);
      }
    }
  }

  /// The client's name of a statement; null when it has none.
  byte @Nullable [] nameOf(long id) {
    for (int i = 0; i < statements.length; i++) {
      SharedStatement statement = statements[i];
      if (statement != null && statement.id() == id) {
        return names[i];
      }
    }
    return null;
  }

  private int slot(byte[] name) {
    int at = hash(name) & (names.length - 1);
    while (names[at] != null && !Arrays.equals(names[at], name)) {
      at = (at + 1) & (names.length - 1);
    }
    return at;
  }

  private void grow() {
    byte[] @Nullable [] oldNames = names;
    @Nullable SharedStatement[] old = statements;
    names = new byte[old.length * 2][];
    statements = new SharedStatement[old.length * 2];
    for (int i = 0; i < old.length; i++) {
      byte[] name = oldNames[i];
      if (name != null) {
        int at = slot(name);
        names[at] = name;
        statements[at] = old[i];
      }
    }
  }

  private static boolean same(byte[] name, ByteBuf in, int from, int length) {
    if (name.length != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (name[i] != in.getByte(from + i)) {
        return false;
      }
    }
    return true;
  }

  private static int hash(byte[] name) {
    int hash = name.length;
    for (byte b : name) {
      hash = step(hash, b);
    }
    return hash;
  }

  private static int hash(ByteBuf in, int from, int length) {
    int hash = length;
    for (int i = 0; i < length; i++) {
      hash = step(hash, in.getByte(from + i));
    }
    return hash;
  }

  private static int step(int hash, byte next) {
    int mixed = (hash ^ next) * MULTIPLIER;
    return mixed ^ (mixed >>> 15);
  }
}

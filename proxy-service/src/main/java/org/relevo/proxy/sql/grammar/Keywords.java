package org.relevo.proxy.sql.grammar;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The keywords of one version and their codes, found by their bytes without making a string.
final class Keywords {
  private static final int SLOTS = 4096;
  private static final int MAX_COUNT = 2000;

  private final byte[] @Nullable [] words = new byte[SLOTS][];
  private final short[] codes = new short[SLOTS];
  private final int longest;

  Keywords(DataInputStream in) throws IOException {
    int count = in.readInt();
    if (count <= 0 || count > MAX_COUNT) {
      throw new IOException(count + " keywords");
    }
    int length = 0;
    for (int i = 0; i < count; i++) {
      byte[] word = in.readUTF().getBytes(StandardCharsets.US_ASCII);
      int slot = hash(word, 0, word.length);
      while (words[slot] != null) {
        slot = (slot + 1) & (SLOTS - 1);
      }
      words[slot] = word;
      codes[slot] = in.readShort();
      length = Math.max(length, word.length);
    }
    longest = length;
  }

  /// @return -1 for none
  int code(String word) {
    byte[] bytes = word.getBytes(StandardCharsets.US_ASCII);
    int code = code(bytes, 0, bytes.length);
    return code == GrammarTables.IDENT ? -1 : code;
  }

  /// Code of the word in `[from, to)` whatever its case; that of an identifier when it is none.
  int code(byte[] text, int from, int to) {
    if (to - from > longest) {
      return GrammarTables.IDENT;
    }
    int slot = hash(text, from, to);
    while (true) {
      byte[] word = words[slot];
      if (word == null) {
        return GrammarTables.IDENT;
      }
      if (same(word, text, from, to)) {
        return codes[slot];
      }
      slot = (slot + 1) & (SLOTS - 1);
    }
  }

  private static int hash(byte[] text, int from, int to) {
    int hash = to - from;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + (text[i] | 0x20);
    }
    return (hash ^ (hash >>> 12)) & (SLOTS - 1);
  }

  private static boolean same(byte[] word, byte[] text, int from, int to) {
    if (word.length != to - from) {
      return false;
    }
    for (int i = 0; i < word.length; i++) {
      if (SqlLexer.lower(text[from + i]) != word[i]) {
        return false;
      }
    }
    return true;
  }
}

package org.relevo.proxy.sql.classify;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.sql.SessionSyntax;
import org.relevo.proxy.sql.StatementClass;

/// Answers for small texts that come again and again, found by their exact bytes, except that where
/// a whole number stands for itself any other with as many digits may stand ([FreeNumbers]): two
/// places for each hash, the older answer goes. A text is kept from its second coming on, so that
/// texts which differ each time cost no copies.
///
/// Pays from the second coming on: finding a text of 60 bytes takes some 20 ns, reading it 0.8 µs;
/// one of 2 kB 0.4 and 24 µs. Not finding it costs as much as finding it.
///
/// Holds at most [#SETS] times two texts of [#MAX_TEXT] bytes and what they mean, some ten times as
/// much if somebody tries; 40 kB for what applications send.
///
/// Owner: one [StatementClassifier].
final class AnswerCache {
  /// Longer texts are not looked for.
  static final int MAX_TEXT = 4096;

  static final int SETS = 128;
  private static final int MEMORIES = 1024;
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long LOW = 0x0F0F0F0F0F0F0F0FL;

  private final @Nullable Entry[] entries = new Entry[SETS * 2];
  private final int[] seenOnce = new int[MEMORIES];

  /// Immutable.
  private static final class Entry {
    final int hash;
    final byte[] text;
    final FreeNumbers numbers;
    final SessionSyntax syntax;
    final StatementClass answer;

    Entry(int hash, byte[] text, FreeNumbers numbers, SessionSyntax syntax, StatementClass answer) {
      this.hash = hash;
      this.text = text;
      this.numbers = numbers;
      this.syntax = syntax;
      this.answer = answer;
    }

    boolean is(int otherHash, byte[] bytes, int length, SessionSyntax otherSyntax) {
      return hash == otherHash
          && text.length == length
          && numbers.match(text, bytes)
          && syntax.equals(otherSyntax);
    }
  }

  /// Of `bytes[0, length)`. Digits outside of words count as one and the same, so that texts that
  /// differ in [FreeNumbers] meet.
  static int hash(byte[] bytes, int length) {
    long hash = length;
    long inWord = 0;
    int at = 0;
    for (; at + 8 <= length; at += 8) {
      long eight = (long) WORDS.get(bytes, at);
      long free = free(eight, inWord);
      inWord = inWord(eight, free);
      hash = (hash ^ (eight & ~(free & LOW))) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    if (at < length) {
      long rest = 0;
      for (int shift = 0; at < length; shift += 8) {
        rest |= (bytes[at++] & 0xFFL) << shift;
      }
      hash = (hash ^ (rest & ~(free(rest, inWord) & LOW))) * 0x9E3779B97F4A7C15L;
    }
    hash *= 0x9E3779B97F4A7C15L;
    return (int) (hash >>> 32);
  }

  /// Digits that are not part of a word, as bytes of ones.
  ///
  /// @param inWord 1 when the byte before these eight is part of a word
  private static long free(long eight, long inWord) {
    long high = ((eight >>> 4) & LOW) ^ (3 * ONES); // 0 where the byte is 3x
    long other = ((high + LOW) | ((eight & LOW) + 6 * ONES)) >>> 4; // and x at most 9
    long digits = (~other & ONES) * 0xFF;
    long words = ((eight >>> 6) | (eight >>> 7)) & ONES; // letters and more
    long begins = ((words << 8) | inWord) & digits & ONES;
    return digits & (digits + begins); // the carry runs through the digits behind a letter
  }

  private static long inWord(long eight, long free) {
    long last = eight >>> 56;
    return last >= 0x40 || (last >= '0' && last <= '9' && free >>> 56 == 0) ? 1 : 0;
  }

  @Nullable StatementClass find(int hash, byte[] bytes, int length, SessionSyntax syntax) {
    int set = (hash & (SETS - 1)) * 2;
    Entry first = entries[set];
    if (first != null && first.is(hash, bytes, length, syntax)) {
      return first.answer;
    }
    Entry second = entries[set + 1];
    if (second != null && second.is(hash, bytes, length, syntax)) {
      entries[set + 1] = first;
      entries[set] = second;
      return second.answer;
    }
    return null;
  }

  /// A text that was not found has got its answer.
  ///
  /// @param numbers where it may differ and has this answer still
  void seen(
      int hash,
      byte[] bytes,
      int length,
      FreeNumbers numbers,
      SessionSyntax syntax,
      StatementClass answer) {
    int exact = numbers.none() ? hash * 31 + FreeNumbers.hash(bytes, length) : hash;
    int memory = (exact >>> 7) & (MEMORIES - 1);
    if (seenOnce[memory] != exact) {
      seenOnce[memory] = exact;
      return;
    }
    int set = (hash & (SETS - 1)) * 2;
    entries[set + 1] = entries[set];
    entries[set] = new Entry(hash, Arrays.copyOf(bytes, length), numbers, syntax, answer);
  }
}

package org.relevo.proxy.session;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.server.SharedStatement;
import org.relevo.proxy.server.VarSet;
import org.relevo.proxy.sql.StatementScan;

/// The prepared statements that the clients of one event loop have asked for, by content: equal
/// texts parsed under equal settings are one statement, whoever asks. Bounded by number and by
/// bytes; what falls out of it lives on with the clients that use it.
///
/// Owner: its event loop. Found without allocation.
final class StatementCatalog {
  private static final int BUCKETS = 1 << 12;
  private static final int MAX_ENTRIES = 1 << 14;
  private static final long MAX_BYTES = 64L << 20;

  /// All loops' catalogs together take no more than this part of the heap.
  private static final int PART_OF_HEAP = 8;

  private final @Nullable Entry[] buckets = new Entry[BUCKETS];
  private final StatementScan scan = new StatementScan();
  private final long firstId;
  private final int step;
  private final long mostBytes;
  private long made;
  private int entries;
  private long bytes;
  private int hand;
  private boolean knewLast;

  /// @param number of this loop
  /// @param loops how many there are: names must differ between them, because connections move
  StatementCatalog(int number, int loops) {
    this.firstId = number;
    this.step = loops;
    this.mostBytes = Math.min(MAX_BYTES, Runtime.getRuntime().maxMemory() / PART_OF_HEAP / loops);
  }

  private static final class Entry {
    final SharedStatement statement;
    final int hash;
    @Nullable Entry next;
    int uses;

    Entry(SharedStatement statement, int hash, @Nullable Entry next) {
      this.statement = statement;
      this.hash = hash;
      this.next = next;
    }
  }

  StatementScan scan() {
    return scan;
  }

  /// The statement of this content; made when there is none.
  ///
  /// @param body query, its terminator and the types of a Parse message; not kept
  /// @param textLength bytes of the query
  SharedStatement of(
      byte[] body, int length, int textLength, VarSet context, boolean standardStrings) {
    return of(body, length, textLength, context, standardStrings, false);
  }

  /// The statement that PREPARE makes.
  ///
  /// @param key see [PreparedBySql]
  SharedStatement bySql(byte[] key, VarSet context, boolean standardStrings) {
    return of(key, key.length, key.length, context, standardStrings, true);
  }

  private SharedStatement of(
      byte[] body,
      int length,
      int textLength,
      VarSet context,
      boolean standardStrings,
      boolean bySql) {
    int hash = hash(body, length) * 31 + context.hashCode();
    int bucket = bucket(hash);
    for (Entry entry = buckets[bucket]; entry != null; entry = entry.next) {
      boolean kind = entry.statement instanceof PreparedBySql == bySql;
      if (entry.hash == hash && kind && matches(entry.statement, body, length, context)) {
        entry.uses++;
        knewLast = true;
        return entry.statement;
      }
    }
    SharedStatement made =
        bySql
            ? aloneBySql(body, context, standardStrings)
            : alone(body, length, textLength, context, standardStrings);
    knewLast = false;
    makeRoom(length);
    buckets[bucket] = new Entry(made, hash, buckets[bucket]);
    entries++;
    bytes += length;
    return made;
  }

  /// The statement of this content, where there is one; not counted as a use.
  @Nullable SharedStatement known(byte[] body, int length, VarSet context) {
    int hash = hash(body, length) * 31 + context.hashCode();
    for (Entry entry = buckets[bucket(hash)]; entry != null; entry = entry.next) {
      if (entry.hash == hash
          && !(entry.statement instanceof PreparedBySql)
          && matches(entry.statement, body, length, context)) {
        return entry.statement;
      }
    }
    return null;
  }

  /// Whether the content that was last asked for had been asked for before.
  boolean knewLast() {
    return knewLast;
  }

  /// A statement that is nobody else's.
  SharedStatement alone(
      byte[] body, int length, int textLength, VarSet context, boolean standardStrings) {
    int traits = scan.scan(body, textLength, standardStrings);
    return new SharedStatement(nextId(), Arrays.copyOf(body, length), context, traits);
  }

  /// The statement that has this content now; another one when the old one was forgotten.
  SharedStatement anew(SharedStatement old, boolean standardStrings) {
    return switch (old) {
      case SqlCommand command -> command; // nobody else's anyway
      case PreparedBySql sql -> bySql(sql.text(), sql.context(), standardStrings);
      default -> {
        byte[] body = old.text();
        int textLength = 0;
        while (body[textLength] != 0) {
          textLength++;
        }
        yield of(body, body.length, textLength, old.context(), standardStrings);
      }
    };
  }

  /// A statement of PREPARE that is nobody else's.
  SharedStatement aloneBySql(byte[] key, VarSet context, boolean standardStrings) {
    return new PreparedBySql(nextId(), key, context, scan.scan(key, key.length, standardStrings));
  }

  long nextId() {
    return firstId + step * made++;
  }

  /// Whoever asks from now on gets new statements.
  void clear() {
    Arrays.fill(buckets, null);
    entries = 0;
    bytes = 0;
  }

  int size() {
    return entries;
  }

  private static boolean matches(SharedStatement known, byte[] body, int length, VarSet context) {
    return known.text().length == length
        && Arrays.equals(known.text(), 0, length, body, 0, length)
        && known.context().equals(context);
  }

  private static int hash(byte[] body, int length) {
    int hash = length;
    for (int i = 0; i < length; i++) {
      hash = hash * 31 + body[i];
    }
    return hash;
  }

  private static int bucket(int hash) {
    int mixed = hash * 0x9E3779B9;
    return mixed >>> 20;
  }

  /// Clock-wise: an entry that was used since the hand last passed stays once more.
  private void makeRoom(int more) {
    int looked = 0;
    while ((entries >= MAX_ENTRIES || bytes + more > mostBytes) && looked < 2 * BUCKETS) {
      Entry kept = null;
      for (Entry entry = buckets[hand]; entry != null; ) {
        Entry next = entry.next;
        if (entry.uses > 0) {
          entry.uses = 0;
          entry.next = kept;
          kept = entry;
        } else {
          entries--;
          bytes -= entry.statement.text().length;
        }
        entry = next;
      }
      buckets[hand] = kept;
      hand = (hand + 1) & (BUCKETS - 1);
      looked++;
    }
  }
}

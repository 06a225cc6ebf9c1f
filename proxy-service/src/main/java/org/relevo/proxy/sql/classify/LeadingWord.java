package org.relevo.proxy.sql.classify;

import org.jspecify.annotations.Nullable;
import org.relevo.proxy.sql.StatementKind;

/// First word of a statement that the grammar has accepted, and what it says about the kind. Words
/// that are not here make a statement [StatementKind#UNKNOWN].
enum LeadingWord {
  SELECT(StatementKind.SELECT),
  VALUES(StatementKind.SELECT),
  TABLE(StatementKind.SELECT),
  /// Its symbol tells which statement follows.
  WITH(StatementKind.UNKNOWN),
  INSERT(StatementKind.INSERT),
  UPDATE(StatementKind.UPDATE),
  DELETE(StatementKind.DELETE),
  MERGE(StatementKind.MERGE),
  COPY(StatementKind.COPY_FROM),
  TRUNCATE(StatementKind.TRUNCATE),
  EXPLAIN(StatementKind.EXPLAIN),
  SHOW(StatementKind.SHOW),
  SET(StatementKind.SET),
  RESET(StatementKind.RESET),
  BEGIN(StatementKind.BEGIN),
  START(StatementKind.BEGIN),
  COMMIT(StatementKind.COMMIT),
  END(StatementKind.COMMIT),
  ROLLBACK(StatementKind.ROLLBACK),
  ABORT(StatementKind.ROLLBACK),
  SAVEPOINT(StatementKind.SAVEPOINT),
  RELEASE(StatementKind.RELEASE),
  LOCK(StatementKind.LOCK),
  PREPARE(StatementKind.PREPARE),
  EXECUTE(StatementKind.EXECUTE),
  DEALLOCATE(StatementKind.DEALLOCATE),
  DECLARE(StatementKind.DECLARE),
  FETCH(StatementKind.FETCH),
  MOVE(StatementKind.FETCH),
  CLOSE(StatementKind.CLOSE),
  LISTEN(StatementKind.LISTEN),
  UNLISTEN(StatementKind.UNLISTEN),
  NOTIFY(StatementKind.NOTIFY),
  DISCARD(StatementKind.DISCARD),
  CALL(StatementKind.CALL),
  DO(StatementKind.DO),
  VACUUM(StatementKind.MAINTENANCE),
  ANALYZE(StatementKind.MAINTENANCE),
  ANALYSE(StatementKind.MAINTENANCE),
  CLUSTER(StatementKind.MAINTENANCE),
  REINDEX(StatementKind.MAINTENANCE),
  CHECKPOINT(StatementKind.MAINTENANCE),
  REFRESH(StatementKind.MAINTENANCE),
  LOAD(StatementKind.MAINTENANCE),
  CREATE(StatementKind.DDL),
  ALTER(StatementKind.DDL),
  DROP(StatementKind.DDL),
  GRANT(StatementKind.DDL),
  REVOKE(StatementKind.DDL),
  COMMENT(StatementKind.DDL),
  SECURITY(StatementKind.DDL),
  IMPORT(StatementKind.DDL),
  REASSIGN(StatementKind.DDL);

  private static final int SLOTS = 256;
  private static final int LONGEST = 10;
  private static final @Nullable LeadingWord[] TABLE_BY_HASH = table();

  final StatementKind kind;

  LeadingWord(StatementKind kind) {
    this.kind = kind;
  }

  /// @return null when no statement of ours begins with it
  static @Nullable LeadingWord of(byte[] text, int from, int to) {
    int length = to - from;
    if (length > LONGEST) {
      return null;
    }
    int hash = length;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + (text[i] | 0x20);
    }
    int slot = hash & (SLOTS - 1);
    LeadingWord word = TABLE_BY_HASH[slot];
    while (word != null && !word.is(text, from, length)) {
      slot = (slot + 1) & (SLOTS - 1);
      word = TABLE_BY_HASH[slot];
    }
    return word;
  }

  private boolean is(byte[] text, int from, int length) {
    String name = name();
    if (name.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      byte c = text[from + i];
      if ((c >= 'a' && c <= 'z' ? c - 0x20 : c) != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable LeadingWord[] table() {
    @Nullable LeadingWord[] table = new LeadingWord[SLOTS];
    for (LeadingWord word : values()) {
      int hash = word.name().length();
      for (int i = 0; i < word.name().length(); i++) {
        hash = hash * 31 + (word.name().charAt(i) | 0x20);
      }
      int slot = hash & (SLOTS - 1);
      while (table[slot] != null) {
        slot = (slot + 1) & (SLOTS - 1);
      }
      table[slot] = word;
    }
    return table;
  }
}

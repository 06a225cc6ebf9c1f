package org.relevo.proxy.sql;

/// Looks through a query string for what outlives a transaction. Knows PostgreSQL's lexical rules
/// (comments that nest, quotes, dollar quotes), not its grammar. Every string is read in one pass.
///
/// Owner: one event loop; reused for every string.
public final class StatementScan extends Lexer {
  /// Changes settings beyond the transaction, or may: SET, RESET, DISCARD, `set_config`.
  public static final int SETS = 1;

  public static final int LISTENS = 1 << 1;

  /// Makes a temporary object that outlives the transaction.
  public static final int TEMPORARY = 1 << 2;

  /// DECLARE … WITH HOLD.
  public static final int HOLDS = 1 << 3;

  /// Takes a session-level advisory lock.
  public static final int SESSION_LOCK = 1 << 4;

  /// BEGIN, START TRANSACTION.
  public static final int BEGINS = 1 << 5;

  /// DEALLOCATE ALL, DISCARD ALL.
  public static final int DEALLOCATES_ALL = 1 << 6;

  /// PREPARE, EXECUTE, DEALLOCATE of a name; also EXPLAIN EXECUTE.
  public static final int SQL_PREPARED = 1 << 7;

  /// CREATE, ALTER, DROP.
  public static final int DDL = 1 << 8;

  /// ALTER, DROP of a role or a database, ALTER SYSTEM: what new sessions begin with may change.
  public static final int SHARED_DDL = 1 << 10;

  /// `set_config` with a name that the text does not show.
  public static final int SETS_UNNAMED = 1 << 11;

  /// DO.
  public static final int DOES = 1 << 12;

  /// The string is longer than what was looked through.
  public static final int CUT = 1 << 9;

  private int traits;
  private int statement; // words of the current statement so far
  private byte first;
  private byte second;
  private byte before;
  private boolean temporary;
  private boolean dropsOnCommit;
  private boolean explaining; // nothing but EXPLAIN and its options has come
  private int depth; // of parentheses, counted while explaining

  /// @param standardStrings value of `standard_conforming_strings`
  /// @return bits of this class
  public int scan(byte[] string, int length, boolean standardStrings) {
    begin(string, length, standardStrings);
    traits = 0;
    beginStatement();
    while (at < end) {
      step();
    }
    endStatement();
    return traits;
  }

  private void beginStatement() {
    statement = 0;
    first = 0;
    second = 0;
    before = 0;
    temporary = false;
    dropsOnCommit = false;
    explaining = false;
    depth = 0;
  }

  private void endStatement() {
    if (temporary && !dropsOnCommit) {
      traits |= TEMPORARY;
    }
  }

  private void step() {
    byte c = text[at];
    if (isWordStart(c)) {
      int from = at;
      while (at < end && isWordPart(text[at])) {
        at++;
      }
      if (at < end && text[at] == '\'' && at - from == 1) {
        prefixed((byte) (c | 0x20));
      } else {
        word(Words.code(text, from, at));
      }
      return;
    }
    switch (c) {
      case '\'' -> quoted((byte) '\'', !standardStrings);
      case '"' -> {
        int from = at + 1;
        quoted((byte) '"', false);
        byte code = Words.code(text, from, Math.max(from, at - 1));
        word(Words.sameInQuotes(code) ? code : Words.NONE);
      }
      case '-' -> {
        if (at + 1 < end && text[at + 1] == '-') {
          lineComment();
        } else {
          at++;
        }
      }
      case '/' -> {
        if (at + 1 < end && text[at + 1] == '*') {
          comment();
        } else {
          at++;
        }
      }
      case '$' -> dollar();
      case '(', ')' -> {
        at++;
        if (explaining) {
          depth += c == '(' ? 1 : -1;
        }
      }
      case ';' -> {
        at++;
        endStatement();
        beginStatement();
      }
      default -> {
        if (c >= '0' && c <= '9') {
          while (at < end && isWordPart(text[at])) {
            at++;
          }
        } else {
          at++;
        }
      }
    }
  }

  private void word(byte code) {
    if (explaining && (depth > 0 || code == Words.ANALYZE)) {
      laterWord(code); // an option of EXPLAIN, or a statement in parentheses
      before = code;
      return;
    }
    explaining = false;
    statement++;
    if (statement == 1) {
      firstWord(code);
    } else if (statement == 2) {
      second = code;
      secondWord(code);
    } else {
      laterWord(code);
    }
    // In INSERT INTO temp the last word is the name of a table.
    boolean writes = code == Words.INTO && before == Words.INSERT;
    before = writes ? Words.NONE : code;
  }

  private void firstWord(byte code) {
    first = code;
    switch (code) {
      case Words.RESET -> traits |= SETS;
      case Words.LISTEN -> traits |= LISTENS;
      case Words.BEGIN, Words.START -> traits |= BEGINS;
      case Words.DISCARD -> traits |= SETS;
      case Words.CREATE, Words.ALTER, Words.DROP -> traits |= DDL;
      case Words.DO -> traits |= DOES;
      case Words.EXECUTE -> traits |= SQL_PREPARED;
      case Words.EXPLAIN -> {
        explaining = true; // what it explains is looked at as if it stood alone
        statement = 0;
      }
      default -> {
        // nothing by itself
      }
    }
  }

  private void secondWord(byte code) {
    switch (first) {
      case Words.SET -> {
        boolean forTransaction =
            (code == Words.LOCAL && !followedBy('.'))
                || code == Words.TRANSACTION
                || code == Words.CONSTRAINTS;
        traits |= forTransaction ? 0 : SETS;
      }
      case Words.DISCARD -> traits |= code == Words.ALL ? DEALLOCATES_ALL : 0;
      case Words.DEALLOCATE -> {
        if (code == Words.ALL) {
          traits |= DEALLOCATES_ALL | SETS;
        } else if (code != Words.PREPARE) {
          traits |= SQL_PREPARED;
        }
      }
      case Words.PREPARE -> traits |= code == Words.TRANSACTION ? 0 : SQL_PREPARED;
      case Words.ALTER, Words.DROP -> traits |= code == Words.SHARED_OBJECT ? SHARED_DDL : 0;
      default -> laterWord(code);
    }
  }

  private void laterWord(byte code) {
    if (first == Words.DEALLOCATE) {
      if (statement == 3 && second == Words.PREPARE) {
        traits |= code == Words.ALL ? DEALLOCATES_ALL | SETS : SQL_PREPARED;
      }
      return;
    }
    switch (code) {
      case Words.TEMP -> temporary |= before == Words.INTO || createsWhatFollows();
      case Words.TEMP_SCHEMA ->
          temporary |= first == Words.CREATE && statement <= 6 && followedBy('.');
      case Words.DROP -> dropsOnCommit |= before == Words.COMMIT;
      case Words.HOLD -> traits |= first == Words.DECLARE && before == Words.WITH ? HOLDS : 0;
      case Words.EXECUTE ->
          traits |= first == Words.CREATE && before == Words.AS ? SQL_PREPARED : 0;
      case Words.SET_CONFIG -> {
        if (followedBy('(')) {
          traits |= SETS | (namedByLiteral() ? 0 : SETS_UNNAMED);
        }
      }
      case Words.SESSION_LOCK_FUNCTION -> traits |= followedBy('(') ? SESSION_LOCK : 0;
      default -> {
        // nothing by itself
      }
    }
  }

  /// CREATE TEMP, CREATE LOCAL TEMP, CREATE OR REPLACE TEMP; elsewhere it is a name.
  private boolean createsWhatFollows() {
    return first == Words.CREATE
        && switch (statement) {
          case 2 -> true;
          case 3 -> second == Words.LOCAL || second == Words.GLOBAL;
          case 4 -> second == Words.OR;
          default -> false;
        };
  }

  /// Whether a plain string follows the parenthesis.
  private boolean namedByLiteral() {
    int from = at;
    int open = from;
    while (open < end && text[open] != '(') {
      open++;
    }
    int next = open + 1;
    while (next < end && text[next] >= 0 && text[next] <= ' ') {
      next++;
    }
    return next < end && text[next] == '\'';
  }

  /// Whether this is the next character that is neither blank nor comment.
  private boolean followedBy(char wanted) {
    int here = at;
    skipBlanks();
    boolean found = at < end && text[at] == wanted;
    at = here;
    return found;
  }
}

package org.relevo.proxy.sql.grammar;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The LALR(1) tables and the keywords of one PostgreSQL version, as bison made them. Immutable and
/// shared; about 0.6 MB each, read when first asked for (some 10 ms, so not on an event loop).
///
/// Names of the arrays: `pact` where a state's row begins, `check` and `table` the rows laid over
/// each other, `defact` what a state does by default, `r1` and `r2` the left side and the length of
/// a rule, `pgoto` and `defgoto` the state after a reduction. Bison's manual, "The Algorithm".
public final class GrammarTables {
  public static final int OLDEST = 13;
  public static final int NEWEST = 18;

  /// Codes of tokens that are no keywords; the same in all versions.
  static final int IDENT = 258;

  static final int FCONST = 260;
  static final int SCONST = 261;
  static final int BCONST = 263;
  static final int XCONST = 264;
  static final int OP = 265;
  static final int ICONST = 266;
  static final int PARAM = 267;
  static final int TYPECAST = 268;
  static final int DOT_DOT = 269;
  static final int COLON_EQUALS = 270;
  static final int EQUALS_GREATER = 271;
  static final int LESS_EQUALS = 272;
  static final int GREATER_EQUALS = 273;
  static final int NOT_EQUALS = 274;

  /// Bison's symbol for what it does not know.
  static final int UNDEFINED = 2;

  private static final int MAGIC = 0x524C5631; // "RLV1"
  private static final AtomicReferenceArray<@Nullable GrammarTables> LOADED =
      new AtomicReferenceArray<>(NEWEST + 1);

  private final int major;
  final int ninf;
  final int last;
  final int maxToken;
  final int tableNinf;
  final int finalState;
  final int terminals;
  final int[] pact;
  final short[] translate;
  final short[] check;
  final short[] table;
  final short[] defact;
  final byte[] r2;
  final short[] r1;
  final short[] pgoto;
  final short[] defgoto;
  final Keywords keywords;
  final LookAhead lookAhead;
  private volatile @Nullable GrammarSymbols symbols;

  private GrammarTables(DataInputStream in, int wanted) throws IOException {
    if (in.readInt() != MAGIC || in.readInt() != wanted) {
      throw new IOException("not the grammar tables of PostgreSQL " + wanted);
    }
    major = wanted;
    ninf = in.readInt();
    last = in.readInt();
    maxToken = in.readInt();
    tableNinf = in.readInt();
    finalState = in.readInt();
    terminals = in.readInt();
    int states = in.readInt();
    int rules = in.readInt();
    int nonterminals = in.readInt();
    pact = new int[states];
    for (int state = 0; state < states; state++) {
      pact[state] = in.readInt();
    }
    translate = shorts(in, maxToken + 1);
    check = shorts(in, last + 1);
    table = shorts(in, last + 1);
    defact = shorts(in, states);
    r2 = in.readNBytes(rules);
    r1 = shorts(in, rules);
    pgoto = shorts(in, nonterminals);
    defgoto = shorts(in, nonterminals);
    keywords = new Keywords(in);
    lookAhead = new LookAhead(keywords, wanted);
  }

  /// Tables for a server of this version; for others those of the nearest version. A text in a
  /// newer version's syntax is then rejected, never misread.
  ///
  /// @throws UncheckedIOException when the build did not put the tables on the class path
  public static GrammarTables of(int major) {
    int wanted = Math.clamp(major, OLDEST, NEWEST);
    GrammarTables known = LOADED.get(wanted);
    if (known != null) {
      return known;
    }
    GrammarTables loaded = load(wanted);
    GrammarTables earlier = LOADED.compareAndExchange(wanted, null, loaded);
    return earlier != null ? earlier : loaded;
  }

  private static GrammarTables load(int major) {
    String resource = "pg" + major + ".lalr";
    try (InputStream in = GrammarTables.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("the grammar of PostgreSQL " + major + " is missing in the build");
      }
      return new GrammarTables(new DataInputStream(new BufferedInputStream(in)), major);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int major() {
    return major;
  }

  /// What the nonterminals are called.
  ///
  /// @throws IllegalStateException when a probe no longer finds its symbol
  public GrammarSymbols symbols() {
    GrammarSymbols known = symbols;
    if (known == null) {
      known = new GrammarSymbols(this);
      symbols = known;
    }
    return known;
  }

  /// Code of a keyword, as [SyntaxTree#code] tells it.
  ///
  /// @param word lower case
  /// @return -1 when this version has no such keyword
  public int keyword(String word) {
    return keywords.code(word);
  }

  /// How many nonterminals there are; symbols are smaller.
  public int nonterminals() {
    return pgoto.length;
  }

  private static short[] shorts(DataInputStream in, int length) throws IOException {
    short[] values = new short[length];
    for (int i = 0; i < length; i++) {
      values[i] = in.readShort();
    }
    return values;
  }
}

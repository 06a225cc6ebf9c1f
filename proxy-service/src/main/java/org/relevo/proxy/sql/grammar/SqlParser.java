package org.relevo.proxy.sql.grammar;

import java.util.Arrays;

/// PostgreSQL's parser without its actions: tells whether a text is in the grammar of a version,
/// and how. Texts that only an action or the analysis refuses are accepted. Needs no object per
/// text, and time that grows with the text's length, about 20 ns a byte.
///
/// Owner: one thread, which uses it for one text after the other. Keeps about 200 kB; while the
/// tree of a longer text is needed up to 17 bytes a token and 18 a node, at most [#MAX_NODES] of
/// both. [#trim] or the next short text gives that back.
public final class SqlParser {
  /// Nodes that a tree may have. A constant of a list costs about seven.
  public static final int MAX_NODES = 1 << 21;

  /// Tokens for which room is kept.
  static final int KEPT_TOKENS = 2048;

  /// Bison's YYMAXDEPTH: where PostgreSQL itself gives up.
  private static final int MAX_DEPTH = 10_000;

  private static final int FIRST_DEPTH = 200;

  /// How a parse ended.
  public enum Outcome {
    /// The tree is whole.
    ACCEPTED,
    /// The version's lexer or grammar refuses it.
    REJECTED,
    /// Nested deeper than PostgreSQL's parser goes.
    TOO_DEEP,
    /// More than [#MAX_NODES], or more than half as many tokens.
    TOO_LARGE
  }

  private final SyntaxTree tree = new SyntaxTree(GrammarTables.of(GrammarTables.NEWEST));
  private int[] states = new int[FIRST_DEPTH];
  private int[] values = new int[FIRST_DEPTH];
  private int errorToken;

  /// Parses `text[from, from + length)`, which must not be changed while the tree is used.
  ///
  /// @param tables of the server's version
  /// @param standard value of `standard_conforming_strings`
  public Outcome parse(GrammarTables tables, byte[] text, int from, int length, boolean standard) {
    if (length < KEPT_TOKENS && tree.isLarge()) {
      trim();
    }
    tree.begin(tables);
    boolean scanned = tree.lexer.scan(text, from, from + length, tables.major(), standard);
    TokenList tokens = tree.tokens();
    if (!scanned) {
      errorToken = tokens.size() - 1;
      return Outcome.REJECTED;
    }
    if (tokens.size() > SqlLexer.MAX_TOKENS) {
      return Outcome.TOO_LARGE;
    }
    errorToken = TokenCodes.fill(tables, tokens, tree);
    return errorToken >= 0 ? Outcome.REJECTED : run(tables);
  }

  /// Of the text parsed last.
  public SyntaxTree tree() {
    return tree;
  }

  /// The token at which a rejected text goes wrong; the number of tokens when its end does.
  public int errorToken() {
    return errorToken;
  }

  /// Gives back what a long text needed, and forgets the text.
  public void trim() {
    tree.clear();
    if (states.length > FIRST_DEPTH) {
      states = new int[FIRST_DEPTH];
      values = new int[FIRST_DEPTH];
    }
  }

  private Outcome run(GrammarTables tables) {
    short[] check = tables.check;
    short[] table = tables.table;
    short[] codes = tree.codes;
    int token = 0;
    int depth = 0;
    int state = 0;
    states[0] = 0;
    int symbol = symbol(tables, codes[0]);
    while (true) {
      int rule = 0;
      int row = tables.pact[state];
      int cell = row + symbol;
      if (row != tables.ninf && cell >= 0 && cell <= tables.last && check[cell] == symbol) {
        int action = table[cell];
        if (action > 0) {
          if (action == tables.finalState) {
            return Outcome.ACCEPTED;
          }
          if (++depth == states.length && !deepen()) {
            return Outcome.TOO_DEEP;
          }
          state = action;
          states[depth] = state;
          values[depth] = ~token;
          symbol = symbol(tables, codes[++token]);
          continue;
        }
        rule = action == tables.tableNinf ? 0 : -action;
      } else {
        rule = tables.defact[state];
      }
      if (rule == 0) {
        errorToken = token;
        return Outcome.REJECTED;
      }
      if (tree.nodes() == MAX_NODES) {
        return Outcome.TOO_LARGE;
      }
      int length = tables.r2[rule];
      int node = reduce(rule, depth, length, token);
      depth -= length;
      if (++depth == states.length && !deepen()) {
        return Outcome.TOO_DEEP;
      }
      values[depth] = node;
      int left = tables.r1[rule] - tables.terminals;
      int below = states[depth - 1];
      int to = tables.pgoto[left] + below;
      boolean own = to >= 0 && to <= tables.last && check[to] == below;
      state = own ? table[to] : tables.defgoto[left];
      states[depth] = state;
    }
  }

  private static int symbol(GrammarTables tables, int code) {
    return code > tables.maxToken ? GrammarTables.UNDEFINED : tables.translate[code];
  }

  /// Makes a node of what is on top of the stack. It goes from right to left, so that each child
  /// finds its sibling.
  private int reduce(int rule, int depth, int length, int token) {
    int sibling = SyntaxTree.NONE;
    int from = token;
    int to = -1;
    for (int i = depth; i > depth - length; i--) {
      int child = values[i];
      tree.follow(child, sibling);
      sibling = child;
      if (child < 0) {
        from = ~child;
        to = to < 0 ? from + 1 : to;
      } else if (!tree.isEmpty(child)) {
        from = tree.firstToken(child);
        to = to < 0 ? tree.endToken(child) : to;
      }
    }
    return tree.add(rule, from, to < 0 ? from : to, sibling);
  }

  private boolean deepen() {
    if (states.length >= MAX_DEPTH) {
      return false;
    }
    int length = Math.min(states.length * 2, MAX_DEPTH);
    states = Arrays.copyOf(states, length);
    values = Arrays.copyOf(values, length);
    return true;
  }
}

package org.relevo.proxy.sql.grammar;

import java.util.Arrays;

/// The concrete syntax tree of a text: one node for each reduction of the parser, tokens as leaves.
/// Flat arrays, children before their parent, so most questions are a loop over all nodes. A list
/// of a thousand items is a thousand nodes deep: never walk a tree by recursion.
///
/// A child is a node (0 or more), a token (its complement, below 0) or [#NONE].
///
/// Owner: the [SqlParser] that fills it; valid until its next text.
public final class SyntaxTree {
  /// No child, no further sibling.
  public static final int NONE = Integer.MIN_VALUE;

  private static final int KEPT_NODES = 4 * SqlParser.KEPT_TOKENS;

  final SqlLexer lexer = new SqlLexer();
  private GrammarTables tables;
  short[] codes = new short[SqlParser.KEPT_TOKENS];
  private int[] nextOfToken = new int[SqlParser.KEPT_TOKENS];
  private short[] rules = new short[KEPT_NODES];
  private int[] first = new int[KEPT_NODES];
  private int[] end = new int[KEPT_NODES];
  private int[] firstChild = new int[KEPT_NODES];
  private int[] next = new int[KEPT_NODES];
  private int nodes;

  SyntaxTree(GrammarTables tables) {
    this.tables = tables;
  }

  /// The tables that it was made with.
  public GrammarTables tables() {
    return tables;
  }

  public TokenList tokens() {
    return lexer.tokens();
  }

  /// How many nodes there are; they are numbered from 0.
  public int nodes() {
    return nodes;
  }

  /// The node that has all others below it; only after [SqlParser.Outcome#ACCEPTED].
  public int root() {
    return nodes - 1;
  }

  /// Number of the node's nonterminal; [GrammarSymbols] knows names.
  public int symbol(int node) {
    return tables.r1[rules[node]] - tables.terminals;
  }

  /// Number of the rule that made the node, which is a version's own.
  public int rule(int node) {
    return rules[node];
  }

  /// The node's first token; where it would be when the node is empty.
  public int firstToken(int node) {
    return first[node];
  }

  /// Behind the node's last token.
  public int endToken(int node) {
    return end[node];
  }

  public boolean isEmpty(int node) {
    return first[node] == end[node];
  }

  /// Position of the node's first byte in the text; only when it is not empty.
  public int from(int node) {
    return tokens().start(first[node]);
  }

  /// Position behind its last byte; only when it is not empty.
  public int to(int node) {
    return tokens().end(end[node] - 1);
  }

  /// @return a node, the complement of a token, or [#NONE]
  public int firstChild(int node) {
    return firstChild[node];
  }

  /// @param child a node or the complement of a token
  /// @return likewise, or [#NONE]
  public int nextSibling(int child) {
    return child >= 0 ? next[child] : nextOfToken[~child];
  }

  /// The grammar's code of a token, with look-ahead ([GrammarTables#keyword] for words).
  public int code(int token) {
    return codes[token];
  }

  void begin(GrammarTables newTables) {
    tables = newTables;
    nodes = 0;
  }

  /// Makes room for what belongs to tokens: one more than there are.
  void tokensKnown(int count) {
    if (codes.length <= count) {
      int length = count + count / 2 + 1;
      codes = new short[length];
      nextOfToken = new int[length];
    }
  }

  int add(int rule, int from, int to, int child) {
    if (nodes == rules.length) {
      resize(nodes * 2);
    }
    rules[nodes] = (short) rule;
    first[nodes] = from;
    end[nodes] = to;
    firstChild[nodes] = child;
    return nodes++;
  }

  void follow(int child, int sibling) {
    if (child >= 0) {
      next[child] = sibling;
    } else {
      nextOfToken[~child] = sibling;
    }
  }

  void clear() {
    nodes = 0;
    lexer.trim();
    if (codes.length > SqlParser.KEPT_TOKENS) {
      codes = new short[SqlParser.KEPT_TOKENS];
      nextOfToken = new int[SqlParser.KEPT_TOKENS];
    }
    if (rules.length > KEPT_NODES) {
      resize(KEPT_NODES);
    }
  }

  boolean isLarge() {
    return codes.length > SqlParser.KEPT_TOKENS || rules.length > KEPT_NODES;
  }

  private void resize(int length) {
    rules = Arrays.copyOf(rules, length);
    first = Arrays.copyOf(first, length);
    end = Arrays.copyOf(end, length);
    firstChild = Arrays.copyOf(firstChild, length);
    next = Arrays.copyOf(next, length);
  }
}

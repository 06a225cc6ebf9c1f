package org.relevo.proxy.sql.grammar;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Names of one version's nonterminals, found by parsing the examples of [Symbol]. Immutable.
public final class GrammarSymbols {
  /// The version has no such symbol.
  public static final int ABSENT = -1;

  private final GrammarTables tables;
  private final Map<Symbol, Integer> ids = new EnumMap<>(Symbol.class);
  private final @Nullable Symbol[] names;
  private final SqlParser parser = new SqlParser();

  /// @throws IllegalStateException naming the version and the symbols that examples do not show
  GrammarSymbols(GrammarTables tables) {
    this.tables = tables;
    names = new Symbol[tables.nonterminals()];
    List<String> problems = new ArrayList<>();
    for (Symbol symbol : Symbol.values()) {
      if (symbol.since() <= tables.major()) {
        find(symbol, problems);
      }
    }
    ids.keySet().forEach(symbol -> check(symbol, problems));
    if (!problems.isEmpty()) {
      throw new IllegalStateException(
          "grammar of PostgreSQL " + tables.major() + ": " + String.join("; ", problems));
    }
  }

  /// Number of the symbol's nonterminal, as [SyntaxTree#symbol] tells it, or [#ABSENT].
  public int id(Symbol symbol) {
    return ids.getOrDefault(symbol, ABSENT);
  }

  /// The name of a nonterminal, if it has one here.
  ///
  /// @param id from [SyntaxTree#symbol]
  public @Nullable Symbol name(int id) {
    return names[id];
  }

  /// A part of an example, by bytes.
  private record Span(int from, int to) implements Comparable<Span> {
    @Override
    public int compareTo(Span other) {
      return from != other.from ? Integer.compare(from, other.from) : Integer.compare(to, other.to);
    }
  }

  /// A statement and its marked places in order.
  private record Example(String text, List<Span> marked) {
    static Example of(String written) {
      StringBuilder text = new StringBuilder();
      TreeSet<Span> marked = new TreeSet<>();
      Deque<Integer> open = new ArrayDeque<>();
      for (int i = 0; i < written.length(); i++) {
        switch (written.charAt(i)) {
          case '«' -> open.push(text.length());
          case '»' -> marked.add(new Span(open.pop(), text.length()));
          default -> text.append(written.charAt(i));
        }
      }
      return new Example(text.toString(), List.copyOf(marked));
    }

    /// The first place, or what has it and others in it.
    Span outer() {
      int to = marked.stream().mapToInt(Span::to).max().orElseThrow();
      return new Span(marked.getFirst().from(), to);
    }
  }

  private void find(Symbol symbol, List<String> problems) {
    Example example = Example.of(symbol.examples().getFirst());
    List<Integer> chain = chain(example.text(), example.outer());
    int at =
        switch (symbol.place()) {
          case LOWEST -> 0;
          case HIGHEST -> chain.size() - 1;
          case STATEMENT -> chain.indexOf(id(Symbol.STATEMENT)) - 1;
          case SHARED -> lowestOf(chain, "CHECKPOINT");
        };
    if (at < 0 || at >= chain.size()) {
      problems.add(symbol + " is not where it is in " + symbol.examples().getFirst());
      return;
    }
    int id = chain.get(at);
    Symbol other = names[id];
    if (other != null) {
      problems.add(symbol + " is also " + other);
      return;
    }
    names[id] = symbol;
    ids.put(symbol, id);
  }

  /// Place of the lowest symbol that this statement has too.
  private int lowestOf(List<Integer> chain, String statement) {
    List<Integer> other = chain(statement, new Span(0, statement.length()));
    int at = 0;
    while (at < chain.size() && !other.contains(chain.get(at))) {
      at++;
    }
    return at;
  }

  /// Symbols of the nodes that cover this place exactly, from the lowest up.
  private List<Integer> chain(String statement, Span place) {
    List<Integer> chain = new ArrayList<>();
    if (!parse(statement)) {
      return chain;
    }
    SyntaxTree tree = parser.tree();
    for (int node = 0; node < tree.nodes(); node++) {
      if (!tree.isEmpty(node) && tree.from(node) == place.from() && tree.to(node) == place.to()) {
        chain.add(tree.symbol(node));
      }
    }
    return chain;
  }

  private void check(Symbol symbol, List<String> problems) {
    for (String written : symbol.examples()) {
      Example example = Example.of(written);
      if (!parse(example.text())) {
        problems.add(symbol + " has an example that is refused: " + written);
        continue;
      }
      SyntaxTree tree = parser.tree();
      TreeSet<Span> found = new TreeSet<>();
      for (int node = 0; node < tree.nodes(); node++) {
        if (tree.symbol(node) == id(symbol) && !tree.isEmpty(node)) {
          found.add(new Span(tree.from(node), tree.to(node)));
        }
      }
      if (!List.copyOf(found).equals(example.marked())) {
        problems.add(symbol + " covers " + found + " in " + written);
      }
    }
  }

  private boolean parse(String statement) {
    byte[] text = statement.getBytes(StandardCharsets.US_ASCII);
    return parser.parse(tables, text, 0, text.length, true) == SqlParser.Outcome.ACCEPTED;
  }
}

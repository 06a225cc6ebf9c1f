package org.relevo.proxy.sql.classify;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.relevo.proxy.sql.FunctionCall;
import org.relevo.proxy.sql.QualifiedName;
import org.relevo.proxy.sql.Spot;
import org.relevo.proxy.sql.grammar.SyntaxTree;
import org.relevo.proxy.sql.grammar.TokenKind;

/// Function calls, by name or by keyword, and types that have a name.
///
/// Owner: one [StatementWalk].
final class CallReader {
  /// So many arguments are looked at for constants: set_config has three.
  private static final int MAX_LITERALS = 4;

  /// Behind so many different calls constants are not told.
  private static final int MAX_CALLS_WITH_LITERALS = 64;

  /// Longer constants are not told.
  private static final int MAX_LITERAL_BYTES = 1024;

  private static final String CATALOG = "pg_catalog";

  /// Keywords without parentheses of their own, and the function in pg_proc that answers the same.
  private static final Map<String, String> KEYWORDS =
      Map.ofEntries(
          Map.entry("current_date", "now"),
          Map.entry("current_time", "now"),
          Map.entry("current_timestamp", "now"),
          Map.entry("localtime", "now"),
          Map.entry("localtimestamp", "now"),
          Map.entry("current_role", "current_user"),
          Map.entry("current_user", "current_user"),
          Map.entry("user", "current_user"),
          Map.entry("session_user", "session_user"),
          Map.entry("system_user", "system_user"),
          Map.entry("current_catalog", "current_database"),
          Map.entry("current_schema", "current_schema"));

  /// Functions whose answer differs each time or on each node.
  private static final Set<String> SPOTS =
      Set.of(
          "now",
          "transaction_timestamp",
          "statement_timestamp",
          "clock_timestamp",
          "timeofday",
          "random",
          "random_normal",
          "setseed",
          "nextval",
          "currval",
          "lastval",
          "setval",
          "gen_random_uuid",
          "uuidv4",
          "uuidv7",
          "uuid_generate_v1",
          "uuid_generate_v1mc",
          "uuid_generate_v4",
          "gen_random_bytes",
          "gen_salt",
          "txid_current",
          "pg_current_xact_id",
          "pg_backend_pid",
          "inet_server_addr",
          "inet_server_port",
          "pg_postmaster_start_time");

  /// Casts that leave a constant what it is.
  private static final Set<String> PLAIN_TYPES =
      Set.of(
          "text",
          "regclass",
          "varchar",
          "name",
          "int",
          "int4",
          "integer",
          "bigint",
          "int8",
          "oid",
          "bool",
          "boolean");

  private final Words words;
  private final DistinctList<FunctionCall> functions;
  private final List<Spot> spots;
  private final DistinctList<QualifiedName> types;

  CallReader(
      Words words,
      DistinctList<FunctionCall> functions,
      List<Spot> spots,
      DistinctList<QualifiedName> types) {
    this.words = words;
    this.functions = functions;
    this.spots = spots;
    this.types = types;
  }

  /// `name(…)`.
  void call(SyntaxTree tree, Symbols symbols, int node) {
    int function = tree.firstChild(node);
    int from = tree.firstToken(function);
    int end = tree.endToken(function);
    QualifiedName name = words.qualified(from, end);
    int count = 0;
    List<String> literals = List.of();
    if (words.isChar(end + 1, '*') && words.isChar(end + 2, ')')) {
      count = -1;
    } else {
      for (int child = tree.nextSibling(function);
          child != SyntaxTree.NONE;
          child = tree.nextSibling(child)) {
        int symbol = child < 0 ? -1 : tree.symbol(child);
        if (symbol == symbols.arguments) {
          count += count(tree, symbols, child);
          literals = tellsLiterals() ? literals(tree, symbols, child, count) : literals;
        } else if (symbol == symbols.argument) {
          count++; // VARIADIC
        }
      }
    }
    functions.add(new FunctionCall(name, count, literals));
    if (SPOTS.contains(name.name()) && (!name.qualified() || name.schema().equals(CATALOG))) {
      spot(from, tree.endToken(node), name.name());
    }
  }

  /// Many rows of values may call one function with many constants.
  private boolean tellsLiterals() {
    return functions.size() < MAX_CALLS_WITH_LITERALS;
  }

  private static int count(SyntaxTree tree, Symbols symbols, int list) {
    int count = 0;
    int at = list;
    while (at >= 0 && tree.symbol(at) == symbols.arguments) {
      count++;
      at = tree.firstChild(at); // a list of all but its last one
    }
    return count;
  }

  private List<String> literals(SyntaxTree tree, Symbols symbols, int list, int count) {
    int at = list;
    for (int i = count; i > MAX_LITERALS; i--) {
      at = tree.firstChild(at);
    }
    List<String> found = new ArrayList<>(MAX_LITERALS);
    boolean any = false;
    while (at >= 0 && tree.symbol(at) == symbols.arguments) {
      int child = tree.firstChild(at);
      int argument = tree.symbol(child) == symbols.arguments ? last(tree, child) : child;
      String literal = literal(tree.firstToken(argument), tree.endToken(argument));
      any |= !literal.isEmpty();
      found.add(literal);
      at = child;
    }
    return any ? found.reversed() : List.of();
  }

  private static int last(SyntaxTree tree, int child) {
    int last = child;
    for (int next = child; next != SyntaxTree.NONE; next = tree.nextSibling(next)) {
      last = next;
    }
    return last;
  }

  /// The constant that these tokens are, "" for none.
  private String literal(int from, int to) {
    int end = to;
    if (end - from == 3 && words.kind(from + 1) == TokenKind.TYPECAST && isPlainType(from + 2)) {
      end = from + 1;
    }
    boolean negative = end - from == 2 && words.isChar(from, '-');
    int token = negative ? from + 1 : from;
    if (end - token != 1 || words.end(token) - words.start(token) > MAX_LITERAL_BYTES) {
      return "";
    }
    byte kind = words.kind(token);
    if (TokenKind.isString(kind)) {
      return negative ? "" : words.string(token);
    }
    if (kind == TokenKind.INTEGER || kind == TokenKind.DECIMAL) {
      String number = words.written(token, token + 1);
      return negative ? "-" + number : number;
    }
    boolean isTruth = words.is(token, "true") || words.is(token, "false");
    return isTruth ? words.name(token) : "";
  }

  private boolean isPlainType(int token) {
    return words.isName(token) && PLAIN_TYPES.contains(words.name(token));
  }

  /// A function that has a syntax of its own. All but the ones here are immutable or stable ones of
  /// pg_catalog (extract, substring, trim, xmlparse …) or no functions (coalesce): not told.
  void keyword(SyntaxTree tree, Symbols symbols, int node) {
    int from = tree.firstToken(node);
    int to = tree.endToken(node);
    if (words.is(from, "treat")) {
      // TREAT(a AS t) calls the function pg_catalog.t.
      functions.add(new FunctionCall(new QualifiedName(CATALOG, words.name(to - 2)), 1, List.of()));
      return;
    }
    if (words.is(from, "substring") || words.is(from, "overlay")) {
      // With commas between their arguments they are looked for like any function.
      list(tree, symbols, node);
      return;
    }
    int length = words.end(from) - words.start(from);
    if (length > "current_timestamp".length() || (to > from + 1 && !words.isChar(from + 1, '('))) {
      return;
    }
    String word = words.written(from, from + 1).toLowerCase(Locale.ROOT);
    String function = KEYWORDS.get(word);
    if (function != null) {
      functions.add(new FunctionCall(new QualifiedName(CATALOG, function), 0, List.of()));
      if (function.equals("now")) {
        spot(from, to, word);
      }
    }
  }

  private void list(SyntaxTree tree, Symbols symbols, int node) {
    int from = tree.firstToken(node);
    int child = tree.firstChild(node);
    while (child < 0) {
      child = tree.nextSibling(child); // behind the word and the parenthesis
    }
    int list = tree.firstChild(child);
    boolean arguments = list >= 0 && tree.symbol(list) == symbols.arguments;
    if (arguments || tree.isEmpty(child)) {
      int count = arguments ? count(tree, symbols, list) : 0;
      functions.add(new FunctionCall(new QualifiedName("", words.name(from)), count, List.of()));
    }
  }

  /// A typed constant such as `date '…'`.
  void constant(SyntaxTree tree, Symbols symbols, int node) {
    int type = tree.firstChild(node);
    if (type >= 0 && tree.symbol(type) == symbols.functionName) {
      type(tree.firstToken(type), tree.endToken(type));
    }
  }

  void type(int from, int to) {
    QualifiedName name = words.qualified(from, to);
    boolean known = !name.qualified() || name.schema().equals(CATALOG);
    if (!known || !BuiltIns.type(name.name())) {
      types.add(name);
    }
  }

  private void spot(int from, int to, String what) {
    if (spots.size() >= GivenUpException.SPOTS) {
      throw new GivenUpException();
    }
    int offset = words.start(from);
    spots.add(new Spot(offset, words.end(to - 1) - offset, what));
  }
}

package org.relevo.proxy.sql.classify;

import java.util.ArrayList;
import java.util.List;
import org.relevo.proxy.sql.FunctionCall;
import org.relevo.proxy.sql.QualifiedName;
import org.relevo.proxy.sql.Spot;
import org.relevo.proxy.sql.SqlDetails;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.StatementKind;
import org.relevo.proxy.sql.grammar.SyntaxTree;
import org.relevo.proxy.sql.grammar.TokenKind;

/// One pass over the nodes of a statement, which collects names. What a node stands for is known
/// when everything in it has been seen, so marks go to what was collected since its first token.
///
/// Owner: one [StatementClassifier].
final class StatementWalk {
  private final Words words;
  private final Relations relations = new Relations();
  private final WithScopes scopes;
  private final CallReader calls;
  private final DistinctList<QualifiedName> reads = new DistinctList<>();
  private final DistinctList<QualifiedName> writes = new DistinctList<>();
  private final DistinctList<FunctionCall> functions = new DistinctList<>();
  private final DistinctList<QualifiedName> operators = new DistinctList<>();
  private final DistinctList<QualifiedName> types = new DistinctList<>();
  private final DistinctList<String> attributes = new DistinctList<>();
  private final List<Spot> spots = new ArrayList<>();
  private boolean writing;
  private boolean locking;
  private boolean temporary;

  StatementWalk(Words words) {
    this.words = words;
    scopes = new WithScopes(words);
    calls = new CallReader(words, functions, spots, types);
  }

  /// Another text begins.
  void beginText() {
    scopes.beginText();
  }

  /// Goes through the nodes `[first, last]` and their tokens `[from, to)`.
  ///
  /// @param open what is done to a relation where its place does not tell
  void walk(SyntaxTree tree, Symbols symbols, int first, int last, int from, int to, byte open) {
    relations.begin();
    scopes.begin();
    writing = false;
    locking = false;
    temporary = false;
    // Where relations are read anyway a query tells nothing.
    byte skipped = open == Relations.READ ? Symbols.QUERY : Symbols.NOTHING;
    for (int node = first; node <= last; node++) {
      if (scopes.isOpen() && scopes.closes(tree.firstToken(node), tree.endToken(node))) {
        scopes.close(relations);
      }
      byte action = symbols.action(tree.symbol(node));
      if (action != Symbols.NOTHING && action != skipped) {
        at(tree, symbols, node, action);
      }
    }
    operators(from, to);
    name(open);
  }

  private void at(SyntaxTree tree, Symbols symbols, int node, byte action) {
    int from = tree.firstToken(node);
    int to = tree.endToken(node);
    switch (action) {
      case Symbols.RELATION -> relations.add(from, to);
      case Symbols.TARGET -> relations.mark(from, Relations.WRITTEN);
      case Symbols.INTO -> into(from, to);
      case Symbols.LOCKED -> relations.mark(from, Relations.NONE);
      case Symbols.LOCKING -> {
        locking = true;
        writing = true;
      }
      case Symbols.WITH -> scopes.with(from, to);
      case Symbols.WITH_QUERY -> scopes.query(from, to);
      case Symbols.WRITING -> writing = true;
      case Symbols.QUERY -> relations.mark(from, Relations.READ);
      case Symbols.CALL -> calls.call(tree, symbols, node);
      case Symbols.KEYWORD_CALL -> calls.keyword(tree, symbols, node);
      case Symbols.TYPE -> type(from, to);
      case Symbols.CONSTANT -> calls.constant(tree, symbols, node);
      case Symbols.COLUMN -> {
        for (int token = from + 2; token < to; token++) {
          if (words.isChar(token - 1, '.') && words.isName(token)) {
            attributes.add(words.name(token));
          }
        }
      }
      case Symbols.INDIRECTION -> {
        if (to > from && words.isName(to - 1)) {
          attributes.add(words.name(to - 1));
        }
      }
      default -> throw new AssertionError(action);
    }
  }

  private void into(int from, int to) {
    if (to > from) {
      writing = true;
      temporary |= isTemporary(from + 1, to) || isTemporary(from + 2, to);
      relations.mark(from, Relations.WRITTEN);
    }
  }

  private boolean isTemporary(int token, int to) {
    // The word is a name itself when none follows.
    return (words.is(token, "temp") || words.is(token, "temporary"))
        && token + 1 < to
        && words.isName(token + 1);
  }

  /// `text`, `a.b`, `"A"(3)`.
  private void type(int from, int to) {
    int end = from + 1;
    while (end + 1 < to && words.isChar(end, '.')) {
      end += 2;
    }
    calls.type(from, end);
  }

  private void operators(int from, int to) {
    for (int token = from; token < to; token++) {
      byte kind = words.kind(token);
      if (kind == TokenKind.OPERATOR) {
        boolean qualified = words.isChar(token - 1, '.');
        if (qualified || !words.isBuiltInOperator(token)) {
          operator(token, qualified);
        }
      } else if (kind > TokenKind.OPERATOR
          && words.isChar(token - 1, '.')
          && words.isOperatorSign(token)
          && isInOperator(token)) {
        operator(token, true);
      }
    }
  }

  /// Whether it is the `+` in `OPERATOR(schema.+)`, not the `*` in `a.*`.
  private boolean isInOperator(int token) {
    int at = token - 1;
    while (words.isChar(at, '.')) {
      at -= 2;
    }
    return words.isChar(at, '(') && words.is(at - 1, "operator");
  }

  private void operator(int token, boolean qualified) {
    String schema = qualified ? words.name(token - 2) : "";
    boolean builtIn = schema.equals("pg_catalog") && words.isBuiltInOperator(token);
    if (!builtIn) {
      operators.add(new QualifiedName(schema, words.written(token, token + 1)));
    }
  }

  private void name(byte open) {
    for (int i = 0; i < relations.size(); i++) {
      byte role = relations.role(i) == Relations.OPEN ? open : relations.role(i);
      if (role == Relations.NONE) {
        continue;
      }
      QualifiedName name = words.qualified(relations.token(i), relations.end(i));
      if (role == Relations.READ) {
        reads.add(name);
      }
      if (role == Relations.WRITTEN || locking) {
        writes.add(name);
      }
    }
  }

  /// Whether something in the syntax writes, locks rows or makes a table.
  boolean isWriting() {
    return writing;
  }

  void dropRead(QualifiedName name) {
    reads.remove(name);
  }

  void addWritten(QualifiedName name) {
    writes.add(name);
  }

  /// The statement that was walked, of tokens `[from, to)`.
  SqlStatement take(StatementKind kind, int from, int to, boolean readOnly) {
    return take(kind, from, to, readOnly, false);
  }

  /// @param makesTemporary whether its words make a temporary object
  SqlStatement take(
      StatementKind kind, int from, int to, boolean readOnly, boolean makesTemporary) {
    List<QualifiedName> written = writes.take();
    boolean inTemporarySchema =
        kind == StatementKind.DDL
            && !written.isEmpty()
            && written.getFirst().schema().equals("pg_temp");
    return new SqlStatement(
        kind,
        words.start(from),
        words.end(to - 1),
        readOnly,
        reads.take(),
        written,
        functions.take(),
        operators.take(),
        List.of(),
        "",
        "",
        false,
        null,
        details(temporary || makesTemporary || inTemporarySchema));
  }

  private SqlDetails details(boolean makesTemporary) {
    List<String> names = attributes.take();
    List<QualifiedName> typeNames = types.take();
    List<Spot> places = List.copyOf(spots);
    spots.clear();
    boolean nothing = names.isEmpty() && typeNames.isEmpty() && places.isEmpty();
    return nothing && !makesTemporary
        ? SqlDetails.NONE
        : new SqlDetails(makesTemporary, names, typeNames, places);
  }

  /// Forgets what was not taken, and gives back what a long text needed.
  void clear(boolean trim) {
    reads.clear();
    writes.clear();
    functions.clear();
    operators.clear();
    types.clear();
    attributes.clear();
    spots.clear();
    if (trim) {
      relations.trim();
      scopes.trim();
    }
  }
}

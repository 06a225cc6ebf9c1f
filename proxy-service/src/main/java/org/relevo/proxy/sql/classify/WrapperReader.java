package org.relevo.proxy.sql.classify;

import java.util.List;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.StatementKind;
import org.relevo.proxy.sql.grammar.SyntaxTree;

/// Statements that have another one in them: EXPLAIN, PREPARE, DECLARE, COPY (query), CREATE TABLE
/// AS; and with the last all definitions. At most three deep: EXPLAIN DECLARE c CURSOR FOR SELECT.
///
/// Owner: one [StatementReader].
final class WrapperReader {
  /// Objects that are relations, in DROP.
  private static final List<String> RELATIONS =
      List.of("table", "view", "sequence", "index", "foreign", "materialized");

  private static final List<String> BEFORE_TEMPORARY = List.of("or", "replace", "local", "global");
  private static final List<String> TEMPORARY = List.of("temp", "temporary");

  private final Words words;
  private final StatementWalk walk;
  private final StatementReader reader;
  private SyntaxTree tree;
  // The inner statement found last, and the first node below it.
  private int inner;
  private int innerFirst;

  WrapperReader(Words words, StatementWalk walk, StatementReader reader, SyntaxTree tree) {
    this.words = words;
    this.walk = walk;
    this.reader = reader;
    this.tree = tree;
  }

  void begin(SyntaxTree newTree) {
    tree = newTree;
  }

  SqlStatement explain(int node, int first) {
    findLast(node, first);
    boolean analyzes = analyzes(tree.firstToken(node) + 1, tree.firstToken(inner));
    SqlStatement runs = reader.read(inner, innerFirst);
    Draft explain = draft(StatementKind.EXPLAIN, node, !analyzes || runs.readOnly());
    SqlStatement executed = runs.inner() == null ? runs : runs.inner();
    // EXPLAIN EXECUTE p(f()) calls f to plan.
    boolean evaluates = executed.kind() == StatementKind.EXECUTE;
    return (analyzes ? explain.touching(runs) : explain.seeing(runs, evaluates))
        .holding(runs, analyzes)
        .named(runs.name())
        .done();
  }

  /// Options of EXPLAIN; the last ANALYZE counts, and what is no truth value is taken as yes.
  private boolean analyzes(int from, int to) {
    if (from == to) {
      return false;
    }
    if (!words.isChar(from, '(')) {
      return isAnalyze(from);
    }
    boolean analyzes = false;
    for (int at = from + 1; at < to; at++) {
      boolean begins = at == from + 1 || words.isChar(at - 1, ',');
      if (begins && isAnalyze(at)) {
        analyzes = !isFalse(at + 1);
      }
    }
    return analyzes;
  }

  private boolean isAnalyze(int at) {
    return words.is(at, "analyse") || (words.isName(at) && words.name(at).equals("analyze"));
  }

  private boolean isFalse(int at) {
    if (words.isName(at) || words.isString(at)) {
      String value = words.name(at);
      return value.equalsIgnoreCase("false") || value.equalsIgnoreCase("off");
    }
    return words.written(at, at + 1).equals("0");
  }

  SqlStatement prepare(int node, int first) {
    int from = tree.firstToken(node);
    String name = words.name(from + 1);
    if (words.is(from + 1, "transaction") && words.isString(from + 2)) {
      String identifier = words.string(from + 2);
      return draft(StatementKind.PREPARE_TRANSACTION, node, false).named(identifier).done();
    }
    findLast(node, first);
    return held(StatementKind.PREPARE, node, first, name);
  }

  SqlStatement declare(int node, int first) {
    findLast(node, first);
    return held(StatementKind.DECLARE, node, first, words.name(tree.firstToken(node) + 1));
  }

  SqlStatement copy(int node, int first) {
    int from = tree.firstToken(node);
    int to = tree.endToken(node);
    if (words.isChar(from + 1, '(')) {
      findAt(node, first, from + 2);
      return held(copyTo(tree.endToken(inner) + 2), node, first, "");
    }
    int outward = words.find("to", from, to);
    if (words.find("from", from, to) < outward) {
      reader.walk(node, first, Relations.WRITTEN);
      return walk.take(StatementKind.COPY_FROM, from, to, false);
    }
    StatementKind kind = copyTo(outward + 1);
    reader.walk(node, first, Relations.READ);
    return walk.take(kind, from, to, kind == StatementKind.COPY_TO);
  }

  /// @param behind behind the word TO
  private StatementKind copyTo(int behind) {
    boolean client = words.is(behind, "stdout") || words.is(behind, "stdin");
    return client ? StatementKind.COPY_TO : StatementKind.COPY_TO_SERVER;
  }

  /// CREATE, ALTER, DROP and their like.
  SqlStatement definition(int node, int first) {
    int from = tree.firstToken(node);
    int to = tree.endToken(node);
    boolean temporary = words.is(from, "create") && isTemporary(from + 1);
    int as = words.is(from, "create") ? queryOf(from + 1, to) : to;
    if (as < to && words.is(as + 1, "execute")) {
      reader.walk(node, first, Relations.WRITTEN);
      SqlStatement own = walk.take(StatementKind.DDL, from, to, false, temporary);
      Draft execute =
          new Draft(StatementKind.EXECUTE, words.start(as + 1), words.end(to - 1), false)
              .named(words.name(as + 2));
      return draft(StatementKind.DDL, node, false)
          .touching(own)
          .holding(execute.done(), false)
          .done();
    }
    if (as < to) {
      findAt(node, first, as + 1);
      return query(node, first, temporary);
    }
    reader.walk(node, first, Relations.WRITTEN);
    if (words.is(from, "drop") && isRelation(from + 1)) {
      dropped(from + 2, to);
    }
    int recursive = skip(from + 1);
    if (words.is(recursive, "recursive")) {
      walk.dropRead(words.qualified(recursive + 2, recursive + 3)); // RECURSIVE VIEW names itself
    }
    return walk.take(StatementKind.DDL, from, to, false, temporary);
  }

  /// CREATE TABLE … AS, CREATE MATERIALIZED VIEW … AS.
  private SqlStatement query(int node, int first, boolean temporary) {
    int innerNode = inner;
    int innerBegin = innerFirst;
    SqlStatement runs = reader.read(innerNode, innerBegin);
    reader.walkBefore(node, first, innerNode, innerBegin, Relations.WRITTEN);
    int from = tree.firstToken(node);
    SqlStatement own = walk.take(StatementKind.DDL, from, tree.endToken(node), false, temporary);
    return draft(StatementKind.DDL, node, false)
        .touching(own)
        .touching(runs)
        .holding(runs, false)
        .done();
  }

  private boolean isTemporary(int from) {
    int at = from;
    while (isOneOf(at, BEFORE_TEMPORARY)) {
      at++;
    }
    return isOneOf(at, TEMPORARY);
  }

  /// The AS whose query or EXECUTE fills what is created; `to` for none.
  private int queryOf(int from, int to) {
    int at = skip(from);
    boolean filled = words.is(at, "table") || words.is(at, "materialized");
    return filled ? words.find("as", at, to) : to;
  }

  /// Behind the words that may stand between CREATE and the kind of object.
  private int skip(int from) {
    int at = from;
    while (isOneOf(at, BEFORE_TEMPORARY) || isOneOf(at, TEMPORARY) || words.is(at, "unlogged")) {
      at++;
    }
    return at;
  }

  private boolean isRelation(int at) {
    return isOneOf(at, RELATIONS) && (!words.is(at, "foreign") || words.is(at + 1, "table"));
  }

  /// Adds `a.b, c` behind the words that may stand before it.
  private void dropped(int from, int to) {
    int at = from;
    while (words.is(at, "table") || words.is(at, "view") || words.is(at, "concurrently")) {
      at++;
    }
    if (words.is(at, "if") && words.is(at + 1, "exists")) {
      at += 2;
    }
    while (at < to) {
      int end = at + 1;
      while (words.isChar(end, '.')) {
        end += 2;
      }
      walk.addWritten(words.qualified(at, end));
      if (!words.isChar(end, ',')) {
        return;
      }
      at = end + 1;
    }
  }

  private boolean isOneOf(int at, List<String> candidates) {
    for (String word : candidates) {
      if (words.is(at, word)) {
        return true;
      }
    }
    return false;
  }

  /// A statement that does what the inner one does, now or later.
  private SqlStatement held(StatementKind kind, int node, int first, String name) {
    int innerNode = inner;
    int innerBegin = innerFirst;
    SqlStatement runs = reader.read(innerNode, innerBegin);
    reader.walkBefore(node, first, innerNode, innerBegin, Relations.READ);
    int from = tree.firstToken(node);
    SqlStatement own = walk.take(kind, from, tree.endToken(node), false);
    boolean readOnly = runs.readOnly() && kind != StatementKind.COPY_TO_SERVER;
    return draft(kind, node, readOnly)
        .touching(own)
        .touching(runs)
        .holding(runs, false)
        .named(name)
        .done();
  }

  private Draft draft(StatementKind kind, int node, boolean readOnly) {
    int from = words.start(tree.firstToken(node));
    return new Draft(kind, from, words.end(tree.endToken(node) - 1), readOnly);
  }

  /// Finds the last child of a statement that begins with a word of its own.
  private void findLast(int node, int first) {
    find(node, first, -1);
  }

  /// Finds the child that begins with this token.
  private void findAt(int node, int first, int token) {
    find(node, first, token);
  }

  private void find(int node, int first, int token) {
    int at = node;
    while (tree.firstChild(at) >= 0) {
      at = tree.firstChild(at); // toplevel_stmt, stmt, ExplainableStmt: one child each
    }
    inner = -1;
    int begin = first;
    for (int child = tree.firstChild(at);
        child != SyntaxTree.NONE;
        child = tree.nextSibling(child)) {
      if (child < 0) {
        continue;
      }
      boolean wanted = token < 0 || (tree.firstToken(child) == token && !tree.isEmpty(child));
      if (wanted) {
        inner = child;
        innerFirst = begin;
      }
      begin = child + 1;
    }
    if (inner < 0) {
      throw new IllegalStateException("no inner statement");
    }
  }
}

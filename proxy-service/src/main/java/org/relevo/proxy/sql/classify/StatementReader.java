package org.relevo.proxy.sql.classify;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.sql.SettingChange;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.StatementKind;
import org.relevo.proxy.sql.grammar.SyntaxTree;

/// Makes a [SqlStatement] of one statement of the tree: what it is by its first words.
///
/// Owner: one [StatementClassifier].
final class StatementReader {
  private final Words words;
  private final StatementWalk walk;
  private final SettingReader settings;
  private final WrapperReader wrappers;
  private SyntaxTree tree;
  private Symbols symbols;

  StatementReader(SyntaxTree tree) {
    this.tree = tree;
    symbols = Symbols.of(tree.tables());
    words = new Words(tree);
    walk = new StatementWalk(words);
    settings = new SettingReader(words);
    wrappers = new WrapperReader(words, walk, this, tree);
  }

  /// Takes up the tree of another text.
  void begin(SyntaxTree newTree, Symbols newSymbols) {
    tree = newTree;
    symbols = newSymbols;
    words.begin(newTree);
    walk.beginText();
    wrappers.begin(newTree);
  }

  Words words() {
    return words;
  }

  /// Forgets what a text that was given up left behind.
  ///
  /// @param trim whether to give back what a long one needed
  void clear(boolean trim) {
    walk.clear(trim);
  }

  /// @param node over the whole statement
  /// @param first the first node below it
  SqlStatement read(int node, int first) {
    int from = tree.firstToken(node);
    int to = tree.endToken(node);
    LeadingWord word = word(from);
    StatementKind kind = word == null ? StatementKind.UNKNOWN : word.kind;
    if (word == LeadingWord.WITH) {
      kind = kindBySymbol(node);
    }
    return switch (kind) {
      case SELECT -> {
        walk(node, first, Relations.READ);
        yield walk.take(kind, from, to, !walk.isWriting());
      }
      case INSERT, UPDATE, DELETE, MERGE -> {
        walk(node, first, Relations.READ);
        yield walk.take(kind, from, to, false);
      }
      case TRUNCATE, CALL, DO, MAINTENANCE -> {
        walk(node, first, Relations.WRITTEN);
        yield walk.take(kind, from, to, false);
      }
      case EXECUTE -> {
        walk(node, first, Relations.READ);
        SqlStatement own = walk.take(kind, from, to, false);
        yield plain(kind, from, to, false).touching(own).named(words.name(from + 1)).done();
      }
      case LOCK -> lock(node, first);
      case EXPLAIN -> wrappers.explain(node, first);
      case PREPARE -> wrappers.prepare(node, first);
      case DECLARE -> wrappers.declare(node, first);
      case COPY_FROM -> wrappers.copy(node, first);
      case DDL -> wrappers.definition(node, first);
      default -> control(kind, from, to).done();
    };
  }

  void walk(int node, int first, byte open) {
    int from = tree.firstToken(node);
    walk.walk(tree, symbols, first, node, from, tree.endToken(node), open);
  }

  /// Goes through what is before an inner statement.
  void walkBefore(int node, int first, int inner, int innerFirst, byte open) {
    int from = tree.firstToken(node);
    walk.walk(tree, symbols, first, innerFirst - 1, from, tree.firstToken(inner), open);
  }

  private @Nullable LeadingWord word(int from) {
    return words.isChar(from, '(')
        ? LeadingWord.SELECT
        : LeadingWord.of(words.text(), words.start(from), words.end(from));
  }

  /// Of a statement that begins with WITH.
  private StatementKind kindBySymbol(int node) {
    int at = node;
    while (at >= 0) {
      StatementKind kind = symbols.kind(tree.symbol(at));
      if (kind != null) {
        return kind;
      }
      at = tree.firstChild(at);
    }
    return StatementKind.UNKNOWN;
  }

  /// Statements that say all in their own words.
  private Draft control(StatementKind kind, int from, int to) {
    return switch (kind) {
      case SHOW -> plain(kind, from, to, true).named(settings.subject(from + 1, to));
      case SET -> set(from, to);
      case RESET -> plain(kind, from, to, true).setting(settings.reset(from, to));
      case BEGIN ->
          plain(kind, from, to, true).setting(settings.modes(from + 1, to, "transaction_", true));
      case COMMIT ->
          words.is(from + 1, "prepared")
              ? plain(StatementKind.COMMIT_PREPARED, from, to, false).named(words.name(to - 1))
              : plain(kind, from, to, true);
      case ROLLBACK -> rollback(from, to);
      case SAVEPOINT, RELEASE, FETCH -> plain(kind, from, to, true).named(words.name(to - 1));
      case DEALLOCATE ->
          words.is(to - 1, "all")
              ? plain(StatementKind.DEALLOCATE_ALL, from, to, true)
              : plain(kind, from, to, true).named(words.name(to - 1));
      case CLOSE ->
          plain(kind, from, to, true).named(words.is(to - 1, "all") ? "" : words.name(to - 1));
      case DISCARD -> discard(from, to);
      case LISTEN, NOTIFY -> plain(kind, from, to, false).named(words.name(from + 1));
      case UNLISTEN ->
          plain(kind, from, to, true)
              .named(words.isChar(from + 1, '*') ? "" : words.name(from + 1));
      default -> plain(StatementKind.UNKNOWN, from, to, false);
    };
  }

  private Draft plain(StatementKind kind, int from, int to, boolean readOnly) {
    return new Draft(kind, words.start(from), words.end(to - 1), readOnly);
  }

  private Draft set(int from, int to) {
    if (settings.isForConstraints(from, to)) {
      return plain(StatementKind.SET_CONSTRAINTS, from, to, true);
    }
    boolean transaction = settings.isForTransaction(from, to);
    return plain(transaction ? StatementKind.SET_TRANSACTION : StatementKind.SET, from, to, true)
        .setting(settings.set(from, to));
  }

  private Draft rollback(int from, int to) {
    if (words.is(from + 1, "prepared")) {
      return plain(StatementKind.ROLLBACK_PREPARED, from, to, false).named(words.name(to - 1));
    }
    boolean toSavepoint = words.find("to", from + 1, to) < to - 1;
    return toSavepoint
        ? plain(StatementKind.ROLLBACK_TO, from, to, true).named(words.name(to - 1))
        : plain(StatementKind.ROLLBACK, from, to, true);
  }

  private Draft discard(int from, int to) {
    String what = words.is(to - 1, "temporary") ? "temp" : words.name(to - 1);
    Draft discard = plain(StatementKind.DISCARD, from, to, true).named(what);
    return what.equals("all")
        ? discard.setting(List.of(new SettingChange("all", "", false)))
        : discard;
  }

  private SqlStatement lock(int node, int first) {
    int from = tree.firstToken(node);
    int to = tree.endToken(node);
    int mode = words.find("in", from, to);
    StringBuilder name = new StringBuilder();
    for (int at = mode + 1; at < to && !words.is(at, "mode"); at++) {
      name.append(name.isEmpty() ? "" : " ").append(words.name(at).toUpperCase(Locale.ROOT));
    }
    String lockMode = name.isEmpty() ? "ACCESS EXCLUSIVE" : name.toString();
    walk(node, first, Relations.WRITTEN);
    boolean weak = lockMode.equals("ACCESS SHARE") || lockMode.equals("ROW SHARE");
    return plain(StatementKind.LOCK, from, to, weak)
        .touching(walk.take(StatementKind.LOCK, from, to, weak))
        .locking(lockMode)
        .done();
  }
}

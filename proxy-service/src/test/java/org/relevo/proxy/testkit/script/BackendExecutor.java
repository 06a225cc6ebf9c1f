package org.relevo.proxy.testkit.script;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a scripted server session holds besides the protocol's state, and what statements do to it.
final class BackendExecutor {
  static final String ABORTED =
      "current transaction is aborted, commands ignored until end of transaction block";

  /// The custom settings that a survey asks for by name.
  private static final Pattern CUSTOM =
      Pattern.compile("WHERE pg_catalog\\.current_setting\\('([^']+)', true\\) IS NOT NULL");

  /// A statement that was prepared, by Parse or PREPARE.
  record Prepared(String text, BackendSql.@Nullable Statement statement, boolean fromSql) {}

  /// What running a statement gives.
  ///
  /// @param command the command tag
  record Outcome(List<List<String>> rows, String command) {
    static Outcome of(String command) {
      return new Outcome(List.of(), command);
    }

    static Outcome row(String... values) {
      return new Outcome(List.of(List.of(values)), "SELECT 1");
    }
  }

  final BackendSettings settings = new BackendSettings();
  final Map<String, Prepared> prepared = new HashMap<>();
  private final Deque<Map.Entry<String, BackendSettings.Saved>> savepoints = new ArrayDeque<>();
  final TreeSet<String> listening = new TreeSet<>();
  final TreeSet<String> temporary = new TreeSet<>();

  /// `I` outside, `T` inside, `E` inside a failed transaction block.
  char status = 'I';

  /// Whether ParameterStatus, portals and settings belong to a transaction that ends by itself.
  boolean implicit;

  /// What the transaction did to the session and must undo when it fails.
  private TreeSet<String> listeningBefore = new TreeSet<>();

  private TreeSet<String> temporaryBefore = new TreeSet<>();

  void beginImplicit() {
    if (status == 'I' && !implicit) {
      implicit = true;
      remember();
    }
  }

  /// The end of a Query or the Sync of a batch.
  void endImplicit(boolean failed) {
    if (implicit && status == 'I') {
      finish(!failed);
    } else if (failed && status == 'T') {
      status = 'E';
    }
    implicit = false;
  }

  Outcome run(BackendSql.Statement statement, List<String> parameters) {
    if (status == 'E' && !statement.ends()) {
      throw new SqlError("25P02", ABORTED);
    }
    return switch (statement.kind()) {
      case SURVEY -> survey(statement.argument(0));
      case ROWS -> rows(statement);
      case ROW_WITH_PARAMETER -> Outcome.row(statement.argument(0), parameter(parameters, 0));
      case FAIL -> throw new SqlError("22012", statement.argument(0));
      case SET_CONFIG -> setConfig(statement, parameters);
      case SHOW -> new Outcome(List.of(List.of(settings.get(statement.argument(0)))), "SHOW");
      case SET -> {
        boolean local = statement.argument(0).equalsIgnoreCase("LOCAL");
        settings.set(statement.argument(1), BackendSql.unquoted(statement.argument(2)), local);
        yield Outcome.of("SET");
      }
      case RESET -> {
        settings.reset(statement.argument(0));
        yield Outcome.of("RESET");
      }
      case RESET_ALL -> {
        settings.resetAll();
        yield Outcome.of("RESET");
      }
      case DISCARD_ALL -> discardAll();
      case BEGIN -> {
        status = 'T'; // what it began with was remembered with the message
        yield Outcome.of("BEGIN");
      }
      case COMMIT -> end(status != 'E');
      case ROLLBACK -> end(false);
      case SAVEPOINT -> {
        inBlock("SAVEPOINT");
        savepoints.addLast(Map.entry(statement.argument(0), settings.save()));
        yield Outcome.of("SAVEPOINT");
      }
      case RELEASE -> {
        inBlock("RELEASE SAVEPOINT");
        toSavepoint(statement.argument(0));
        savepoints.removeLast();
        yield Outcome.of("RELEASE");
      }
      case ROLLBACK_TO -> {
        inBlock("ROLLBACK TO SAVEPOINT");
        settings.restore(toSavepoint(statement.argument(0)));
        status = 'T';
        yield Outcome.of("ROLLBACK");
      }
      case PREPARE -> prepare(statement.argument(0), statement.argument(1));
      case EXECUTE -> execute(statement.argument(0));
      case DEALLOCATE_ALL -> {
        prepared.keySet().removeIf(name -> !name.isEmpty());
        yield Outcome.of("DEALLOCATE ALL");
      }
      case DEALLOCATE -> {
        known(statement.argument(0));
        prepared.remove(statement.argument(0));
        yield Outcome.of("DEALLOCATE");
      }
      case LISTEN -> {
        listening.add(statement.argument(0));
        yield Outcome.of("LISTEN");
      }
      case UNLISTEN -> {
        listening.removeIf(name -> statement.argument(0).matches("\\*|" + name));
        yield Outcome.of("UNLISTEN");
      }
      case LISTENING -> new Outcome(single(listening), "SELECT " + listening.size());
      case CREATE_TEMP -> {
        if (!temporary.add(statement.argument(0))) {
          throw new SqlError("42P07", "relation exists: " + statement.argument(0));
        }
        yield Outcome.of("CREATE TABLE");
      }
      case TEMP_TABLES -> new Outcome(single(temporary), "SELECT " + temporary.size());
      case COPY_IN, COPY_OUT -> throw new IllegalStateException("run by the session");
      case OTHER -> new Outcome(List.of(), "SELECT 0");
    };
  }

  private void inBlock(String command) {
    if (status == 'I') {
      throw new SqlError("25P01", command + " can only be used in transaction blocks");
    }
  }

  /// Forgets the savepoints after this one.
  private BackendSettings.Saved toSavepoint(String name) {
    if (savepoints.stream().noneMatch(savepoint -> savepoint.getKey().equals(name))) {
      throw new SqlError("3B001", "savepoint \"" + name + "\" does not exist");
    }
    while (!savepoints.getLast().getKey().equals(name)) {
      savepoints.removeLast();
    }
    return savepoints.getLast().getValue();
  }

  Prepared known(String name) {
    Prepared found = prepared.get(name);
    if (found == null) {
      throw new SqlError("26000", "prepared statement \"" + name + "\" does not exist");
    }
    return found;
  }

  /// What the next client would inherit; empty when nothing.
  String leftovers() {
    StringBuilder found = new StringBuilder();
    if (status != 'I') {
      found.append("transaction ").append(status).append(' ');
    }
    if (!listening.isEmpty()) {
      found.append("LISTEN ").append(listening).append(' ');
    }
    if (!temporary.isEmpty()) {
      found.append("temporary ").append(temporary).append(' ');
    }
    prepared.forEach((name, statement) -> {
      if (statement.fromSql()) {
        found.append("PREPARE ").append(name).append(' ');
      }
    });
    return found.toString();
  }

  /// What the service asks to know a session's state: settings, role, prepared statements, and what
  /// cannot be carried elsewhere.
  private Outcome survey(String text) {
    List<List<String>> rows = new ArrayList<>();
    settings.ofSession().forEach((name, value) -> rows.add(List.of("s", name, value, "", "")));
    Matcher custom = CUSTOM.matcher(text);
    while (custom.find()) {
      settings
          .custom(custom.group(1))
          .ifPresent(value -> rows.add(List.of("s", custom.group(1), value, "", "")));
    }
    rows.add(List.of("u", "trusty", "none", "", ""));
    prepared.forEach((name, statement) -> {
      if (!name.isEmpty()) {
        String fromSql = statement.fromSql() ? "true" : "false";
        rows.add(List.of("p", name, statement.text(), "{}", fromSql));
      }
    });
    if (!temporary.isEmpty()) {
      rows.add(List.of("o", "it has temporary tables", "", "", ""));
    }
    if (!listening.isEmpty()) {
      rows.add(List.of("o", "it listens for notifications", "", "", ""));
    }
    return new Outcome(rows, "SELECT " + rows.size());
  }

  private static Outcome rows(BackendSql.Statement statement) {
    String count = statement.argument(1);
    int rows = count.isEmpty() ? 1 : Integer.parseInt(count);
    List<List<String>> all = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      all.add(List.of(statement.argument(0)));
    }
    return new Outcome(all, "SELECT " + rows);
  }

  private Outcome setConfig(BackendSql.Statement statement, List<String> parameters) {
    boolean bound = statement.parameters() == 2;
    String name = bound ? parameter(parameters, 0) : BackendSql.unquoted(statement.argument(0));
    String value = bound ? parameter(parameters, 1) : BackendSql.unquoted(statement.argument(1));
    settings.set(name, value, statement.argument(2).equalsIgnoreCase("true"));
    return Outcome.row(value);
  }

  private Outcome discardAll() {
    if (status != 'I') {
      throw new SqlError("25001", "DISCARD ALL cannot run inside a transaction block");
    }
    settings.resetAll();
    prepared.clear();
    listening.clear();
    temporary.clear();
    remember();
    return Outcome.of("DISCARD ALL");
  }

  private Outcome prepare(String name, String text) {
    if (prepared.containsKey(name)) {
      throw new SqlError("42P05", "prepared statement \"" + name + "\" already exists");
    }
    prepared.put(name, new Prepared(text, BackendSql.read(text), true));
    return Outcome.of("PREPARE");
  }

  private Outcome execute(String name) {
    BackendSql.Statement statement = known(name).statement();
    return statement == null ? Outcome.of("") : run(statement, List.of());
  }

  private Outcome end(boolean committed) {
    if (status != 'I' || implicit) {
      finish(committed);
    }
    status = 'I';
    return Outcome.of(committed ? "COMMIT" : "ROLLBACK");
  }

  private void remember() {
    settings.begin();
    listeningBefore = new TreeSet<>(listening);
    temporaryBefore = new TreeSet<>(temporary);
  }

  private void finish(boolean committed) {
    settings.end(committed);
    savepoints.clear();
    if (!committed) {
      listening.retainAll(listeningBefore);
      listening.addAll(listeningBefore);
      temporary.retainAll(temporaryBefore);
    }
    remember();
  }

  private static List<List<String>> single(Set<String> values) {
    return values.stream().map(List::of).toList();
  }

  private static String parameter(List<String> parameters, int index) {
    if (parameters.size() <= index) {
      throw new SqlError("08P01", "bind message supplies " + parameters.size() + " parameters");
    }
    return parameters.get(index);
  }
}

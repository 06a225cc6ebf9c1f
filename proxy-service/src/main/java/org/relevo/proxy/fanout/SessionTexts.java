package org.relevo.proxy.fanout;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.relevo.proxy.determinism.Plan;
import org.relevo.proxy.determinism.PlannedText;
import org.relevo.proxy.determinism.Planner;
import org.relevo.proxy.session.ClientDoor;
import org.relevo.proxy.sql.FunctionCall;
import org.relevo.proxy.sql.SessionSyntax;
import org.relevo.proxy.sql.SettingChange;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.sql.StatementKind;
import org.relevo.proxy.sql.classify.StatementClassifier;
import org.relevo.proxy.sql.grammar.SqlLexer;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.WireException;

/// What a session's texts mean: their plans, and the settings and names that they leave behind.
///
/// Owner: the session's thread.
final class SessionTexts {
  private static final String SERIALIZABLE = "serializable";
  private static final Set<String> LEVELS =
      Set.of("transaction_isolation", "default_transaction_isolation");
  private static final String LOSSLESS =
      """
      SELECT pg_catalog.current_setting('extra_float_digits')::pg_catalog.int4 >= 1
             AND pg_catalog.current_setting('DateStyle') ~~ 'ISO%'
             AND pg_catalog.current_setting('IntervalStyle') <> 'sql_standard'\
      """;

  private final ClientDoor door;
  private final Links links;
  private final ReplicaSet replicas;
  private final Transaction transaction;
  private final Analyzers analyzers;
  private final FactsDesk facts;
  private final SqlLexer lexer = new SqlLexer();
  private final Map<String, String> settings = new HashMap<>();
  private final Map<String, PreparedSql> preparedTexts = new HashMap<>();
  private Runnable namesGo = () -> {};
  private SessionSyntax syntax = SessionSyntax.of(0, true, "");
  private String isolation = "read committed";
  private boolean serial;
  private long preparedBytes;

  /// Whether output in text told every value when the session began, and nothing of that was set
  /// since; otherwise the main node is asked.
  private boolean outputKnown;

  SessionTexts(
      ClientDoor door,
      Links links,
      ReplicaSet replicas,
      Transaction transaction,
      Analyzers analyzers) {
    this.door = door;
    this.links = links;
    this.replicas = replicas;
    this.transaction = transaction;
    this.analyzers = analyzers;
    this.facts = new FactsDesk(links::main, replicas.definitions(door.database()));
  }

  /// Runs when all prepared statements are gone.
  void whenNamesGo(Runnable action) {
    namesGo = action;
  }

  StatementClass classify(byte[] text) throws InterruptedException {
    return analyzers.classify(text, syntax);
  }

  /// Plans of another version are of no use.
  long planVersion() {
    return facts.version();
  }

  boolean mixed() {
    return replicas.settings().mixed();
  }

  /// Asks how the session begins.
  void learn() throws IOException, InterruptedException {
    links.reported().forEach(this::reported);
    isolation =
        Ask.rows(
                links.main(),
                "SELECT pg_catalog.current_setting('default_transaction_isolation')",
                List.of())
            .getFirst()
            .getFirst();
    if (isolation.equals(SERIALIZABLE)) {
      throw new Links.RefusedException(refusedSerializable("FATAL"));
    }
    outputKnown = losslessNow();
  }

  private boolean losslessNow() throws IOException {
    return Ask.rows(links.main(), LOSSLESS, List.of()).getFirst().getFirst().equals("t");
  }

  /// Whether values in text come out so that another node reads the same.
  boolean lossless() throws IOException {
    return outputKnown || losslessNow();
  }

  /// The main node commits last, and what it finds only then would come too late.
  static boolean serializable(SqlStatement statement) {
    for (SettingChange each : statement.settings()) {
      if (serializable(each.name(), each.value())) {
        return true;
      }
    }
    for (FunctionCall call : statement.functions()) {
      if (call.name().name().equals("set_config")
          && serializable(call.literal(0), call.literal(1))) {
        return true;
      }
    }
    return false;
  }

  private static boolean serializable(String name, String value) {
    return LEVELS.contains(name.toLowerCase(Locale.ROOT))
        && value.strip().equalsIgnoreCase(SERIALIZABLE);
  }

  static BackendError refusedSerializable(String severity) {
    return BackendError.of(
            severity, "0A000", "SERIALIZABLE is not supported where every node takes writes")
        .withHint("Use REPEATABLE READ, and SELECT … FOR UPDATE where rows must not change.");
  }

  /// The main node has told a setting.
  void reported(String name, String value) {
    settings.put(name, value);
    int major = major(settings.getOrDefault("server_version", ""));
    if (major != syntax.major()) {
      StatementClassifier.warmUp(major);
    }
    syntax =
        SessionSyntax.of(
            major,
            !"off".equals(settings.get("standard_conforming_strings")),
            settings.getOrDefault("client_encoding", ""));
  }

  private static int major(String version) {
    int end = 0;
    while (end < version.length() && Character.isDigit(version.charAt(end))) {
      end++;
    }
    return end == 0 || end > 3 ? 0 : Integer.parseInt(version, 0, end, 10);
  }

  Plan plan(byte[] text, SqlStatement statement) throws IOException, InterruptedException {
    if (statement.kind() == StatementKind.EXECUTE) {
      return planOfPrepared(statement);
    }
    return plan(statement, text);
  }

  private Plan plan(SqlStatement statement, byte[] text) throws IOException {
    return Planner.plan(
        new PlannedText(statement, text, lexer, syntax.major(), syntax.standardStrings()),
        facts,
        replicas.settings().mixed(),
        replicas.settings().everyRead());
  }

  private Plan planOfPrepared(SqlStatement execute) throws IOException {
    PreparedSql prepared = preparedTexts.get(execute.name());
    if (prepared == null) {
      return new Plan.Main(); // the main node says that there is none
    }
    Plan plan = plan(prepared.inner(), prepared.text());
    return switch (plan) {
      case Plan.Read _, Plan.Main _ -> new Plan.Main();
      case Plan.Everywhere _, Plan.Refused _ -> plan;
      default ->
          new Plan.Refused(
              "the statement was prepared by PREPARE, so its rows cannot be carried over",
              "Prepare it by the protocol, or send it as it is.");
    };
  }

  /// A statement that changes settings of the session is about to run.
  void settingsChange(SqlStatement statement, byte[] text) {
    facts.forget();
    outputKnown &= !mayLose(statement);
    switch (statement.kind()) {
      case SET, RESET -> {
        statement
            .sets("default_transaction_isolation")
            .ifPresent(value -> isolation = value.toLowerCase(Locale.ROOT));
        String name = statement.settings().isEmpty() ? "" : statement.settings().getFirst().name();
        boolean local = !statement.settings().isEmpty() && statement.settings().getFirst().local();
        if (name.equals("all")) {
          links.forgetSettings();
        } else if (!local) {
          links.remember(name, text);
        }
      }
      case PREPARE -> {
        SqlStatement inner = statement.inner();
        if (inner != null) {
          forgetPrepared(statement.name());
          preparedTexts.put(statement.name(), new PreparedSql(inner, text));
          preparedBytes += text.length;
          if (preparedTexts.size() > FanoutLimits.MAX_NAMES
              || preparedBytes > FanoutLimits.MAX_NAMED_BYTES) {
            throw new WireException("too many prepared statements");
          }
          links.remember("prepare " + statement.name(), text);
        }
      }
      case DEALLOCATE -> forgetPrepared(statement.name());
      case DEALLOCATE_ALL -> forgetPrepared();
      case DISCARD -> {
        if (statement.name().equals("all")) {
          links.forgetSettings();
          forgetPrepared();
        }
      }
      default -> {}
    }
  }

  /// Whether values in text may be told in part from now on. RESET and DISCARD go back to how the
  /// session began, which is known.
  private static boolean mayLose(SqlStatement statement) {
    return statement.settings().stream().anyMatch(SessionTexts::mayLose)
        || statement.functions().stream().anyMatch(call -> call.name().name().equals("set_config"));
  }

  private static boolean mayLose(SettingChange set) {
    String value = set.value().toLowerCase(Locale.ROOT);
    return !value.isEmpty()
        && switch (set.name().toLowerCase(Locale.ROOT)) {
          case "extra_float_digits" -> !value.matches("[123]");
          case "datestyle" -> !value.startsWith("iso");
          case "intervalstyle" -> !value.equals("postgres");
          default -> false;
        };
  }

  private void forgetPrepared(String name) {
    PreparedSql gone = preparedTexts.remove(name);
    preparedBytes -= gone == null ? 0 : gone.text().length;
  }

  private void forgetPrepared() {
    preparedTexts.clear();
    preparedBytes = 0;
    namesGo.run();
    links.all().forEach(link -> link.prepared().clear());
  }

  /// A statement has run.
  void done(SqlStatement statement) {
    if (statement.details().temporary() && !statement.writes().isEmpty()) {
      facts.madeTemporary(statement.writes().getFirst());
    }
    if (statement.kind() == StatementKind.DDL || statement.kind() == StatementKind.SELECT) {
      if (!statement.readOnly() && !statement.details().temporary()) {
        facts.forget();
        if (transaction.idle()) {
          long _ = replicas.definitions(door.database()).incrementAndGet();
        } else {
          transaction.defines();
        }
      }
    }
  }

  /// The client's BEGIN.
  void begin(SqlStatement statement) throws InterruptedException {
    if (!transaction.idle()) {
      return; // PostgreSQL warns
    }
    StringBuilder text = new StringBuilder("BEGIN");
    Optional<String> level = statement.sets("transaction_isolation");
    level.ifPresent(value -> text.append(" ISOLATION LEVEL ").append(word(value)));
    statement
        .sets("transaction_read_only")
        .ifPresent(value -> text.append(value.equals("on") ? " READ ONLY" : " READ WRITE"));
    statement
        .sets("transaction_deferrable")
        .ifPresent(value -> text.append(value.equals("on") ? " DEFERRABLE" : " NOT DEFERRABLE"));
    String now = level.orElse(isolation).toLowerCase(Locale.ROOT);
    serial = !now.equals("read committed") && !now.equals("read uncommitted");
    transaction.begin(text.toString());
  }

  private static String word(String level) {
    String lower = level.toLowerCase(Locale.ROOT);
    return switch (lower) {
      case "serializable", "repeatable read", "read committed", "read uncommitted" -> lower;
      default -> "read committed";
    };
  }

  /// Whether the transaction sees the same all the time.
  boolean oneSnapshot() {
    return serial;
  }
}

package org.relevo.proxy.onlinerecovery;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.agent.Commands;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.health.NodeLogin;
import org.relevo.proxy.health.NodeSettings;

/// pgpool-II's order, with the operator's own scripts:
///
/// ```text
/// check ─► first stage ─► (hold writes ─► second stage) ─► start ─► attach ─► writes go on
/// ```
///
/// What stands in brackets is for statement replication only. Differences from pgpool-II: clients
/// stay connected and wait, instead of being disconnected; a script's output is told; it can be
/// cancelled.
///
/// Owner: the recovery's thread; [#cancel] may come from any.
final class ScriptsWay implements Way {
  static final String REMOTE_START = "pgpool_remote_start";
  private static final Duration CHECKPOINT_LIMIT = Duration.ofMinutes(30);
  private static final Duration ASK_LIMIT = Duration.ofSeconds(3);
  private static final long LOOK_MS = 200;

  private final RecoveryContext context;
  private final NodeSettings main;
  private final NodeSettings node;
  private final ArchiveKeeper archive;
  private final ScriptCall scripts;
  private final Clients clients;
  private final Thread thread;
  private boolean begun;
  private @Nullable Connection connection;

  ScriptsWay(
      RecoveryContext context,
      RecoveryProgress progress,
      NodeSettings main,
      NodeSettings node,
      ArchiveKeeper archive,
      Thread thread) {
    this.context = context;
    this.main = main;
    this.node = node;
    this.archive = archive;
    this.scripts = new ScriptCall(context, main, node);
    this.clients = new Clients(context, progress);
    this.thread = thread;
  }

  @Override
  public String name() {
    return "scripts";
  }

  private RecoveryContext.Scripts names() {
    return context.rules().get().scripts();
  }

  @Override
  public List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    boolean statements = context.served().statements();
    steps.add(new Step("check", node.id() + " is stopped and out of use", this::begin));
    steps.add(
        new Step(
            "first stage",
            names().firstStage().isEmpty() ? "nothing" : scripts.describe(names().firstStage()),
            () -> stage(names().firstStage(), statements)));
    if (statements) {
      steps.add(new Step("hold writes", "new transactions wait, open ones end", this::hold));
      steps.add(
          new Step(
              "second stage",
              names().secondStage().isEmpty() ? "nothing" : scripts.describe(names().secondStage()),
              () -> stage(names().secondStage(), true)));
    }
    steps.add(new Step("start", scripts.describe(REMOTE_START), this::startServer));
    steps.add(new Step("attach", "is used again; clients go on", this::attach));
    return steps;
  }

  @Override
  public void check() throws SQLException, RecoveryFailure {
    if (node.id().equals(main.id())) {
      throw new RecoveryFailure(
          node.id() + " is the node that the others are recovered from; make another one that");
    }
    if (context.served().view().node(node.id()).filter(NodeView::usable).isPresent()) {
      throw new RecoveryFailure(
          "%s is in use; detach it and stop its server first: relevo ctl node detach %d"
              .formatted(node.id(), node.id().value()));
    }
    try (Connection running = NodeLogin.open(node, "relevo recovery", ASK_LIMIT)) {
      throw new RecoveryFailure(
          "the server of %s runs (%s); stop it first"
              .formatted(node.id(), running.getMetaData().getDatabaseProductVersion()));
    } catch (SQLException e) {
      if (e.getSQLState() == null || !e.getSQLState().startsWith("08")) {
        throw new RecoveryFailure(
            "the server of %s answers (%s); stop it first"
                .formatted(node.id(), Commands.oneLine(e)),
            e);
      }
    }
    for (String script : List.of(names().firstStage(), names().secondStage(), REMOTE_START)) {
      if (!script.isEmpty()) {
        scripts.check(script);
      }
    }
  }

  private String begin() throws SQLException, RecoveryFailure, InterruptedException {
    check();
    context.served().beginRecovery(node.id());
    begun = true;
    return "";
  }

  private String stage(String script, boolean checkpoint)
      throws IOException, SQLException, RecoveryFailure, InterruptedException {
    if (checkpoint) {
      try (Connection to = RecoverySource.connect(main, CHECKPOINT_LIMIT);
          Statement statement = to.createStatement()) {
        statement.execute("CHECKPOINT");
      }
    }
    String said = script.isEmpty() ? "" : scripts.stage(script);
    Optional<String> trouble = archive.trouble();
    if (trouble.isPresent()) {
      throw new RecoveryFailure(trouble.get());
    }
    return said;
  }

  private String hold() throws SQLException, RecoveryFailure, InterruptedException {
    Connection to = RecoverySource.connect(main);
    connection = to;
    // The second stage and the start, which pgpool-II gives as long.
    return clients.hold(to, context.rules().get().timeout().multipliedBy(2));
  }

  private String startServer()
      throws IOException, SQLException, RecoveryFailure, InterruptedException {
    context.served().checkSource(main.id());
    String said = scripts.remoteStart();
    Waits.until(
        context.rules().get().timeout(),
        LOOK_MS,
        this::answers,
        () -> node.id() + " takes no connections; see its log");
    return said;
  }

  private boolean answers() {
    try (Connection to = NodeLogin.open(node, "relevo recovery", ASK_LIMIT);
        Statement statement = to.createStatement()) {
      // With statement replication it has to take writes by itself.
      return !context.served().statements() || statement.execute("SELECT txid_current()");
    } catch (SQLException _) {
      return false;
    }
  }

  private String attach() throws RecoveryFailure, InterruptedException {
    if (context.served().statements()) {
      clients.stillHeld();
    }
    context.served().endRecovery(node.id(), main.id(), true);
    begun = false;
    clients.release();
    return "";
  }

  @Override
  public void end(boolean whole) {
    clients.release();
    if (begun) {
      Endings.unmark(context, node.id(), main.id());
    }
    Endings.close(connection);
  }

  @Override
  public void cancel() {
    thread.interrupt();
  }
}

package org.relevo.proxy.onlinerecovery;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.contract.RecoveryMXBean;
import org.relevo.jmx.contract.RecoveryState;
import org.relevo.jmx.contract.RecoveryStatus;
import org.relevo.jmx.contract.WalArchiving;
import org.relevo.proxy.agent.Commands;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.UnixAddress;
import org.relevo.proxy.health.NodeSettings;

/// The package's door: recoveries, one at a time, nodes taken out and in, archiving.
///
/// Owner: itself; one lock guards the running recovery and the history.
public final class Recoveries implements RecoveryMXBean, AutoCloseable {
  private static final int HISTORY = 50;
  private static final int MAX_TEXT = 200;
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(45);

  private final RecoveryContext context;
  private final Supplier<String> actor;
  private final RecoverySource source;
  private final RecoveryFile file;
  private final ArchiveKeeper archive;
  private final ArrayDeque<RecoveryStatus> history = new ArrayDeque<>();
  private @Nullable Running running;

  private record Running(RecoveryRun run, Thread thread) {}

  /// @param actor who is calling now
  public Recoveries(RecoveryContext context, Supplier<String> actor) {
    this.context = context;
    this.actor = actor;
    this.source = new RecoverySource(context.nodes());
    Path folder = context.stateDirectory().resolve("recovery");
    this.file = new RecoveryFile(folder);
    this.archive = new ArchiveKeeper(context, folder);
  }

  /// Finds what a service that ended in the middle of a recovery left.
  public Recoveries start() {
    try {
      Optional<RecoveryStatus> left = file.read();
      left.ifPresent(status -> {
        synchronized (this) {
          history.addFirst(status.state() == RecoveryState.RUNNING ? interrupted(status) : status);
        }
      });
    } catch (IOException e) {
      context
          .journal()
          .record(LogLevel.ERROR, "recovery.file", "reason=\"" + Commands.oneLine(e) + "\"");
    }
    archive.start();
    return this;
  }

  private RecoveryStatus interrupted(RecoveryStatus was) {
    context
        .journal()
        .record(
            LogLevel.WARN,
            "recovery.interrupted",
            "id=%s node=%d step=\"%s\" todo=\"relevo ctl node recover %d\""
                .formatted(was.id(), was.nodeId(), was.phase(), was.nodeId()));
    return new RecoveryStatus(
        was.id(),
        was.nodeId(),
        was.sourceNodeId(),
        was.way(),
        RecoveryState.INTERRUPTED,
        was.phase(),
        was.bytes(),
        was.totalBytes(),
        -1,
        -1,
        was.pauseMs(),
        was.startedAtEpochMs(),
        System.currentTimeMillis(),
        was.actor(),
        was.reason(),
        was.steps(),
        "the service ended at '%s'; ask for it again to go on".formatted(was.phase()));
  }

  @Override
  public synchronized List<RecoveryStatus> getRecoveries() {
    List<RecoveryStatus> all = new ArrayList<>();
    Running now = running;
    if (now != null) {
      all.add(now.run().progress().status());
    }
    all.addAll(history);
    return all.size() > HISTORY ? all.subList(0, HISTORY) : all;
  }

  @Override
  public RecoveryStatus recovery(String id) {
    return getRecoveries().stream()
        .filter(each -> each.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no recovery '" + id + "'"));
  }

  @Override
  public List<String> plan(int nodeId, String way) {
    return refusing(() -> {
      Prepared prepared = prepare(nodeId, way, "");
      try {
        prepared.way().check();
        return prepared.way().steps().stream()
            .map(step -> step.name() + ": " + step.text())
            .toList();
      } finally {
        prepared.way().end(false);
      }
    });
  }

  @Override
  public String recover(int nodeId, String way, String reason) {
    return refusing(() -> {
      Prepared prepared = prepare(nodeId, way, clean(reason));
      try {
        prepared.way().check();
      } catch (IOException
          | SQLException
          | RecoveryFailure
          | InterruptedException
          | RuntimeException e) {
        prepared.way().end(false);
        throw e;
      }
      synchronized (this) {
        refuseSecond();
        RecoveryRun run = new RecoveryRun(prepared.way(), prepared.progress());
        prepared
            .work()
            .set(() -> {
              try {
                run.run();
              } finally {
                ended(run);
              }
            });
        running = new Running(run, prepared.work().thread());
        prepared.work().thread().start();
      }
      return prepared.progress().status().id();
    });
  }

  private void refuseSecond() throws RecoveryFailure {
    Running now = running;
    if (now == null) {
      return;
    }
    RecoveryStatus status = now.run().progress().status();
    if (status.state() == RecoveryState.RUNNING) {
      throw new RecoveryFailure(
          "recovery %s of node %d is running; wait for its end or cancel it"
              .formatted(status.id(), status.nodeId()));
    }
  }

  private synchronized void ended(RecoveryRun run) {
    Running now = running;
    if (now != null && now.run().equals(run)) {
      running = null;
    }
    history.addFirst(run.progress().status());
    while (history.size() > HISTORY) {
      history.removeLast();
    }
  }

  @Override
  public void cancel(String id) {
    Running now;
    synchronized (this) {
      now = running;
    }
    if (now == null || !now.run().progress().status().id().equals(id) || !now.run().cancel()) {
      throw new IllegalStateException("recovery '" + id + "' is not running");
    }
    context
        .journal()
        .record(LogLevel.INFO, "recovery.cancel", "id=%s actor=\"%s\"".formatted(id, actor.get()));
  }

  @Override
  public void attach(int nodeId, String reason) {
    refusing(() -> {
      context.served().attach(source.node(id(nodeId)).id(), actor.get(), clean(reason));
      return "";
    });
  }

  @Override
  public void detach(int nodeId, String reason) {
    refusing(() -> {
      context.served().detach(source.node(id(nodeId)).id(), actor.get(), clean(reason));
      return "";
    });
  }

  @Override
  public WalArchiving walArchiving() {
    return refusing(() -> archive.status(mainNode()));
  }

  @Override
  public WalArchiving setWalArchiving(boolean on) {
    return refusing(() -> {
      NodeSettings main = mainNode();
      if (on) {
        archive.begin(main);
      } else {
        archive.end("asked for by " + actor.get());
      }
      return archive.status(main);
    });
  }

  private NodeSettings mainNode() throws RecoveryFailure {
    return source.node(
        context
            .served()
            .main()
            .orElseThrow(() ->
                new RecoveryFailure(
                    "there is no main node at present: "
                        + context.served().view().primaryReason())));
  }

  private static BackendId id(int number) throws RecoveryFailure {
    if (number < 0 || number > BackendId.MAX) {
      throw new RecoveryFailure("there is no node " + number);
    }
    return new BackendId(number);
  }

  /// A thread whose work is known after it.
  private static final class Work {
    private final Thread thread;
    private volatile Runnable body = () -> {};

    Work(String name) {
      this.thread = Thread.ofVirtual().name(name).unstarted(() -> body.run());
    }

    Thread thread() {
      return thread;
    }

    void set(Runnable next) {
      body = next;
    }
  }

  private record Prepared(Way way, RecoveryProgress progress, Work work) {}

  private Prepared prepare(int nodeId, String way, String reason) throws RecoveryFailure {
    synchronized (this) {
      refuseSecond();
    }
    NodeSettings node = source.node(id(nodeId));
    NodeSettings main = mainNode();
    String id = "r-" + UUID.randomUUID().toString().substring(0, 8);
    Work work = new Work("recovery-" + id);
    RecoveryProgress unstarted =
        new RecoveryProgress(
            RecoveryProgress.beginning(
                id, node.id().value(), main.id().value(), "", actor.get(), reason, List.of()),
            file,
            context);
    Way chosen = way(way, unstarted, main, node, work.thread());
    unstarted.steps(
        chosen.name(), chosen.steps().stream().map(Way.Step::name).toList(), node.id().value());
    return new Prepared(chosen, unstarted, work);
  }

  private Way way(
      String asked, RecoveryProgress progress, NodeSettings main, NodeSettings node, Thread thread)
      throws RecoveryFailure {
    RecoveryContext.RecoveryRules rules = context.rules().get();
    boolean scripts =
        switch (asked) {
          case "auto" -> !rules.scripts().firstStage().isEmpty() && context.ownAgents().isEmpty();
          case "standby" -> false;
          case "scripts" -> true;
          default ->
              throw new RecoveryFailure("a way is auto, standby or scripts, not '" + asked + "'");
        };
    if (scripts) {
      return new ScriptsWay(context, progress, main, node, archive, thread);
    }
    if (context.ownAgents().isPresent()) {
      return new AgentWay(context, context.ownAgents().get(), progress, main, node, thread);
    }
    if (node.dataDirectory().isPresent() && here(node.host())) {
      return new StandbyWay(context, progress, main, node, new LocalTarget(context, node), thread);
    }
    if (!rules.ssh().user().isEmpty() && node.dataDirectory().isPresent()) {
      return new StandbyWay(context, progress, main, node, new SshTarget(context, node), thread);
    }
    throw new RecoveryFailure(
        node.dataDirectory().isEmpty()
            ? "backend_data_directory%d is not set".formatted(node.id().value())
            : "%s is on %s: ask the service of that machine, or set recovery_ssh_user"
                .formatted(node.id(), node.host()));
  }

  /// Whether an address is one of this machine.
  static boolean here(String host) {
    if (UnixAddress.is(host)) {
      return true;
    }
    try {
      InetAddress address = InetAddress.getByName(host);
      return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    } catch (UnknownHostException | SocketException _) {
      return false;
    }
  }

  private interface Act<T> {
    T run() throws IOException, SQLException, RecoveryFailure, InterruptedException;
  }

  /// What cannot be done is told as the contract says.
  private static <T> T refusing(Act<T> act) {
    try {
      return act.run();
    } catch (IOException | SQLException | RecoveryFailure e) {
      // Only its words travel: a console does not know this service's own exceptions, and would
      // take one for a broken connection.
      throw new IllegalStateException(Commands.oneLine(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the service is stopping", e);
    }
  }

  /// Text of a person, as it goes into logs: one line, bounded.
  private static String clean(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\"]", " ").strip();
    return line.length() > MAX_TEXT ? line.substring(0, MAX_TEXT) : line;
  }

  /// Breaks a running recovery off; it can be asked for again.
  @Override
  public void close() {
    Running now;
    synchronized (this) {
      now = running;
    }
    archive.close();
    if (now == null) {
      return;
    }
    now.run().interrupt();
    try {
      if (!now.thread().join(CLOSE_WAIT)) {
        context
            .journal()
            .record(LogLevel.WARN, "recovery.stopping", "waitedMs=" + CLOSE_WAIT.toMillis());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}

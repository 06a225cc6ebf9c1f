package org.relevo.proxy.onlinerecovery;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.pgctl.PgBinaries;
import org.relevo.proxy.agent.AgentLimits;
import org.relevo.proxy.agent.AgentSettings;
import org.relevo.proxy.agent.Commands;
import org.relevo.proxy.agent.Guarding;
import org.relevo.proxy.agent.NodeAgent;
import org.relevo.proxy.cluster.NodeAction;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.local.ControlFile;
import org.relevo.proxy.local.Postmaster;

/// A node of this machine. The work is an agent's, as where the members of a cluster decide: rewind
/// where that can be, else a copy beside the old data that takes its place.
final class LocalTarget implements Target {
  private static final Duration START_LIMIT = Duration.ofMinutes(30);
  private static final Duration FOLLOW_LIMIT = Duration.ofSeconds(60);
  private static final Duration CLEAN_LIMIT = Duration.ofSeconds(30);

  /// What an agent asks before it makes a primary; this one makes standbys only.
  private static final Guarding NO_PRIMARY =
      new Guarding() {
        @Override
        public void begin() throws IOException {
          refuse();
        }

        @Override
        public void check() throws IOException {
          refuse();
        }

        @Override
        public void unseal() throws IOException {
          refuse();
        }

        private void refuse() throws IOException {
          throw new IOException("a recovery makes standbys only");
        }
      };

  private final RecoveryContext context;
  private final NodeSettings node;
  private final Path data;
  private final Optional<PgBinaries> binaries;
  private Optional<NodeAgent> agent = Optional.empty();
  private CompletableFuture<String> work = CompletableFuture.completedFuture("");
  private boolean closed;

  LocalTarget(RecoveryContext context, NodeSettings node) {
    this.context = context;
    this.node = node;
    this.data = node.dataDirectory().orElseThrow().toAbsolutePath().normalize();
    this.binaries = context.binaries();
  }

  @Override
  public String way() {
    return "standby";
  }

  @Override
  public String describe() {
    return data + " on this machine";
  }

  @Override
  public TargetFacts look() throws IOException, RecoveryFailure {
    Path folder = data.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new RecoveryFailure(
          "the folder above %s does not exist on this machine; create it first".formatted(data));
    }
    boolean present = Files.exists(data) && (!Files.isDirectory(data) || !isEmpty(data));
    int major = 0;
    String identifier = "";
    Path version = data.resolve("PG_VERSION");
    if (Files.isRegularFile(version)) {
      String text = Files.readString(version).strip();
      major = text.matches("\\d{1,3}") ? Integer.parseInt(text) : 0;
      try {
        identifier = ControlFile.read(data).systemIdentifier();
      } catch (IOException _) {
        // Then it cannot be told whose data it is, and it is not touched.
      }
    }
    return new TargetFacts(
        present,
        major,
        identifier,
        Postmaster.of(data).isPresent(),
        Files.getFileStore(folder).getUsableSpace(),
        binaries.map(PgBinaries::major).orElse(0));
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (DirectoryStream<Path> content = Files.newDirectoryStream(folder)) {
      return !content.iterator().hasNext();
    }
  }

  @Override
  public String follow(NodeSettings source)
      throws IOException, RecoveryFailure, InterruptedException {
    List<String> told = new java.util.concurrent.CopyOnWriteArrayList<>();
    AgentLimits usual = AgentLimits.DEFAULT;
    AgentSettings settings =
        new AgentSettings(
            node,
            context.nodes().get(),
            binaries.orElseThrow(),
            context.login().user(),
            context.login().password(),
            context.stateDirectory().resolve("recovery"),
            true,
            () -> "",
            () -> context.rules().get().copy(),
            new AgentLimits(
                usual.sql(),
                usual.checkpoint(),
                usual.stop(),
                usual.immediate(),
                START_LIMIT,
                usual.receiver(),
                usual.promote(),
                FOLLOW_LIMIT,
                usual.rewind(),
                usual.fence(),
                usual.plannedRestart(),
                usual.look()));
    CompletableFuture<String> end;
    synchronized (this) {
      if (closed) {
        throw new InterruptedException();
      }
      NodeAgent made =
          new NodeAgent(
              settings,
              NO_PRIMARY,
              (level, name, text) -> {
                told.add(name);
                context.journal().record(level, name, text);
              },
              _ -> {});
      agent = Optional.of(made);
      end = made.act(new NodeAction.Follow(source.id(), 0, -1, Lsn.ZERO)).toCompletableFuture();
      work = end;
    }
    try {
      String failure = end.get();
      if (!failure.isEmpty()) {
        throw new RecoveryFailure(failure);
      }
    } catch (ExecutionException e) {
      throw new RecoveryFailure(Commands.oneLine(e), e);
    }
    return told.contains("agent.rewound")
        ? "rewound"
        : told.contains("agent.cloning") ? "copied" : "its own data was enough";
  }

  @Override
  public void close() {
    CompletableFuture<String> last;
    synchronized (this) {
      closed = true;
      agent.ifPresent(NodeAgent::close);
      last = work;
    }
    try {
      String how = last.get(CLEAN_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      context
          .journal()
          .record(
              LogLevel.DEBUG,
              "recovery.agent-ended",
              "node=%s text=\"%s\"".formatted(node.id(), how));
    } catch (ExecutionException | TimeoutException _) {
      // What it leaves is found and removed by the next recovery.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}

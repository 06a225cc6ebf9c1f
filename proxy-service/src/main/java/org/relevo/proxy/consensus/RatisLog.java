package org.relevo.proxy.consensus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.util.ExitUtils;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.consensus.QuorumStatus.Phase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A log that a majority of members keeps, by Apache Ratis.
///
/// Owner: any thread; its timer's thread looks at leadership, the library applies.
public final class RatisLog implements Quorum {
  private static final Logger LOG = LoggerFactory.getLogger(RatisLog.class);
  private static final long LOOK_MS = 100;

  /// Its transport logs past ours, to standard error. Held, or the level would be forgotten.
  private static final java.util.logging.Logger LIBRARYS_OWN_LOG =
      java.util.logging.Logger.getLogger("org.apache.ratis.thirdparty");

  private final QuorumSettings settings;
  private final RaftGroup group;
  private final RaftServer server;
  private final RatisCalls calls;
  private final Announcer announcer;
  private final Proposals proposals;
  private final ScheduledExecutorService timer;
  private final Thread entrance;

  private volatile Phase phase;
  private volatile String trouble = "";
  private volatile boolean opened;
  private volatile boolean closed;

  /// Starts to take part; being let in goes on in the background, see [#status()].
  ///
  /// @throws IOException when the port is in use or the storage cannot be used
  public static RatisLog open(QuorumSettings settings, Machine machine) throws IOException {
    return new RatisLog(settings, machine);
  }

  private RatisLog(QuorumSettings settings, Machine machine) throws IOException {
    this.settings = settings;
    this.group = RatisOptions.group(settings);
    keepProcessAlive();
    Path directory = settings.directory();
    Files.createDirectories(directory);
    boolean stored = Files.exists(groupDirectory().resolve("current").resolve("raft-meta"));
    Standing standing = stored ? Standing.read(directory) : Standing.NONE;
    if (stored && standing == Standing.NONE) {
      throw new IOException(
          "'%s' has a log without the file 'standing'; move it away, and this member joins anew"
              .formatted(directory));
    }
    this.phase =
        switch (standing) {
          case NONE -> Phase.LOOKING;
          case JOINING -> Phase.JOINING;
          case FOUNDER, MEMBER -> Phase.MEMBER;
        };
    this.announcer = new Announcer("relevo-quorum-listeners", machine.initial());
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("relevo-quorum").factory());
    RaftProperties properties = RatisOptions.properties(settings);
    Parameters parameters = RatisOptions.parameters(settings);
    this.server = start(machine, standing, properties, parameters);
    this.calls = new RatisCalls(server, group, properties, parameters);
    this.proposals = new Proposals(calls, this::leader, timer, settings.proposal());
    Entrance steps =
        new Entrance(settings, calls, group, standing, this::votesHere, this::progress);
    this.entrance = Thread.ofVirtual().name("relevo-quorum-entrance").unstarted(steps);
    if (standing == Standing.NONE || standing == Standing.JOINING) {
      entrance.start();
    }
    opened = true;
    var _ = timer.scheduleWithFixedDelay(this::look, 0, LOOK_MS, TimeUnit.MILLISECONDS);
  }

  /// The library would end the process on its own faults, and on anybody's uncaught exception.
  private static void keepProcessAlive() {
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    ExitUtils.disableSystemExit();
    ExitUtils.setTerminateOnUncaughtException(false);
    Thread.setDefaultUncaughtExceptionHandler(before);
    LIBRARYS_OWN_LOG.setLevel(java.util.logging.Level.SEVERE);
  }

  private RaftServer start(
      Machine machine, Standing standing, RaftProperties properties, Parameters parameters)
      throws IOException {
    try {
      RaftServer.Builder builder =
          RaftServer.newBuilder()
              .setServerId(RatisOptions.peerId(settings.self()))
              .setProperties(properties)
              .setParameters(parameters)
              .setOption(RaftStorage.StartupOption.RECOVER)
              .setStateMachineRegistry(
                  _ -> new RatisMachine(machine, announcer, this::lookSoon, this::failed));
      switch (standing) {
        case NONE -> {}
        case FOUNDER -> builder.setGroup(group);
        case JOINING, MEMBER -> builder.setGroup(RaftGroup.valueOf(group.getGroupId()));
      }
      RaftServer made = builder.build();
      made.start();
      return made;
    } catch (IOException | RuntimeException e) {
      timer.shutdownNow();
      announcer.close();
      throw new IOException(
          "cannot take part in the quorum at %s:%d with '%s': %s"
              .formatted(
                  settings.listenHost().isEmpty() ? "*" : settings.listenHost(),
                  settings.listenPort(),
                  settings.directory(),
                  root(e)),
          e);
    }
  }

  private static String root(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  private Path groupDirectory() {
    return settings.directory().resolve(group.getGroupId().getUuid().toString());
  }

  /// Empty while this member has no part in the group.
  private Optional<RaftServer.Division> division() {
    try {
      return Optional.of(server.getDivision(group.getGroupId()));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private Optional<RaftPeerId> leader() {
    return division().map(each -> each.getInfo().getLeaderId());
  }

  /// Who votes, as agreed and applied here; empty while that is not known or is being changed.
  Set<MemberId> voters() {
    return division()
        .filter(each -> each.getInfo().getLifeCycleState().isRunning())
        .filter(each -> {
          RaftConfiguration known = each.getRaftConf();
          return known.getPreviousPeers().isEmpty()
              && known.getLogEntryIndex() <= each.getInfo().getLastAppliedIndex();
        })
        .map(each ->
            each.getRaftConf().getCurrentPeers().stream()
                .map(peer -> RatisOptions.memberId(peer.getId()))
                .collect(Collectors.toUnmodifiableSet()))
        .orElse(Set.of());
  }

  /// Index that the next entry of this member's log would have; empty without a log.
  OptionalLong nextIndex() {
    return division().stream().mapToLong(each -> each.getRaftLog().getNextIndex()).findFirst();
  }

  private boolean votesHere() {
    return division()
        .filter(each -> {
          RaftConfiguration known = each.getRaftConf();
          return known.getCurrentPeers().stream().anyMatch(peer -> calls.isSelf(peer.getId()))
              && known.getLogEntryIndex() <= each.getInfo().getLastAppliedIndex();
        })
        .isPresent();
  }

  private void progress(Phase now, String why) {
    if (phase != Phase.FAILED) {
      if (!why.equals(trouble) && !why.isEmpty()) {
        LOG.info("quorum.waiting reason=\"{}\"", why);
      }
      phase = now;
      trouble = why;
    }
  }

  /// This member's state would not be everybody's any more.
  private void failed(Throwable cause) {
    if (phase == Phase.FAILED || closed) {
      return;
    }
    phase = Phase.FAILED;
    trouble = "stopped because its log failed: " + root(cause) + "; mend that and restart";
    LOG.error("quorum.failed", cause);
    announcer.leadership(new Leadership(announcer.leadership().term(), Optional.empty(), false));
    if (opened) {
      Thread.ofVirtual().name("relevo-quorum-failed").start(this::stopServer);
    }
  }

  /// The library calls this while it starts, too, when there is nothing to look at yet.
  private void lookSoon() {
    if (opened && !timer.isShutdown()) {
      timer.execute(this::look);
    }
  }

  private void look() {
    try {
      Optional<RaftServer.Division> division = division();
      boolean alive = division.filter(each -> each.getInfo().isAlive()).isPresent();
      if (division.isPresent() && !alive && phase == Phase.MEMBER && !closed) {
        phase = Phase.REMOVED;
        trouble = "was taken out of the quorum; it takes part again without storage only";
        LOG.warn("quorum.removed member={}", settings.self());
      }
      Leadership before = announcer.leadership();
      Leadership now =
          alive && phase != Phase.FAILED
              ? RatisStatus.leadership(division.orElseThrow())
              : new Leadership(before.term(), Optional.empty(), false);
      if (!now.equals(before)) {
        LOG.info(
            "quorum.leadership term={} leader={} self={}",
            now.term(),
            now.leader().map(MemberId::value).orElse("none"),
            now.self());
        announcer.leadership(now);
      }
      division.ifPresent(each -> calls.know(List.copyOf(each.getRaftConf().getCurrentPeers())));
    } catch (RuntimeException e) {
      LOG.warn("quorum.look-failed", e);
    }
  }

  @Override
  public CompletionStage<Outcome> propose(Command command) {
    try {
      return proposals.propose(StateCodec.encode(command)).thenCompose(this::seenHere);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /// An answer comes from the leader: whoever gets it and looks at the state here would otherwise
  /// miss what was answered.
  private CompletionStage<Outcome> seenHere(Outcome outcome) {
    return announcer
        .told(outcome.index())
        .copy()
        .orTimeout(settings.proposal().toMillis(), TimeUnit.MILLISECONDS)
        .thenApply(_ -> outcome);
  }

  @Override
  public ClusterState state() {
    return announcer.view().state();
  }

  @Override
  public Leadership leadership() {
    return announcer.leadership();
  }

  @Override
  public void listen(Listener listener) {
    announcer.listen(listener);
  }

  @Override
  public QuorumStatus status() {
    return division()
        .map(each -> RatisStatus.of(each, phase, trouble))
        .orElseGet(() ->
            new QuorumStatus(
                settings.self(), phase, 0, Optional.empty(), -1, -1, -1, List.of(), trouble));
  }

  @Override
  public CompletionStage<Void> changeMembers(List<QuorumMember> members) {
    List<RaftPeer> peers = RatisOptions.peers(members);
    return atLeader(leader -> {
      calls.know(peers);
      calls.setMembers(leader, peers, null);
    });
  }

  @Override
  public CompletionStage<Void> transferLeadership(MemberId to) {
    long limitMs = settings.proposal().toMillis();
    return atLeader(leader -> calls.transfer(leader, RatisOptions.peerId(to), limitMs));
  }

  @Override
  public CompletionStage<Void> stepDown() {
    return atLeader(leader -> calls.transfer(leader, null, settings.proposal().toMillis()));
  }

  /// Something that waits, asked of the leader.
  @FunctionalInterface
  private interface Request {
    void send(RaftPeerId leader) throws IOException;
  }

  private CompletionStage<Void> atLeader(Request request) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("relevo-quorum-request")
        .start(() -> {
          try {
            RaftPeerId leader =
                leader().orElseThrow(() -> new TimeoutException("the quorum has no leader"));
            request.send(leader);
            done.complete(null);
          } catch (IOException | TimeoutException | RuntimeException e) {
            done.completeExceptionally(e);
          }
        });
    return done;
  }

  /// Hands leadership over first, so that the others need not wait for an election.
  @Override
  public void close() {
    if (closed) {
      return;
    }
    handOver();
    closed = true;
    entrance.interrupt();
    proposals.close();
    timer.shutdownNow();
    stopServer();
    try {
      calls.close();
    } catch (IOException e) {
      LOG.warn("quorum.close-failed cause=\"{}\"", e.toString());
    }
    announcer.close();
  }

  private void handOver() {
    if (!leadership().self()) {
      return;
    }
    QuorumStatus status = status();
    long recentMs = settings.election().toMillis();
    status.peers().stream()
        .filter(peer -> !peer.id().equals(settings.self()))
        .filter(peer -> peer.contactMs() >= 0 && peer.contactMs() < recentMs)
        .findFirst()
        .ifPresent(peer -> {
          try {
            RaftPeerId self = RatisOptions.peerId(settings.self());
            calls.transfer(self, RatisOptions.peerId(peer.id()), recentMs);
          } catch (IOException e) {
            LOG.info("quorum.hand-over-failed to={} cause=\"{}\"", peer.id(), e.toString());
          }
        });
  }

  private void stopServer() {
    try {
      server.close();
    } catch (IOException e) {
      LOG.warn("quorum.close-failed cause=\"{}\"", e.toString());
    }
  }
}

package org.relevo.proxy.consensus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.MemberId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A quorum's log that can be shut and opened again, with its storage as it was, with this member
/// as its only voter, or without storage. Who listens sees one log that never goes back.
///
/// Becoming the only voter is what no quorum allows: whoever asks for it must have proven that no
/// other member takes part, nor will without joining anew. Nothing that was agreed is lost by it
/// when there were two voters, as each had every entry then.
///
/// Owner: its life belongs to one thread; the rest is thread-safe.
public final class SwitchedLog implements Quorum {
  private static final Logger LOG = LoggerFactory.getLogger(SwitchedLog.class);
  private static final long LEAVE_LIMIT_MS = 3000;
  private static final long PAUSE_MS = 20;
  private static final Leadership NOBODY = new Leadership(0, Optional.empty(), false);

  private final QuorumSettings settings;
  private final Machine machine;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Listener> listeners = new ArrayList<>();
  private volatile @Nullable RatisLog inner;
  private volatile ClusterState state;
  private volatile Leadership leadership = NOBODY;
  private volatile String reason = "";
  private volatile Runnable farewell = () -> {};
  private long told = -1;

  /// Shut at first.
  public SwitchedLog(QuorumSettings settings, Machine machine) {
    this.settings = settings;
    this.machine = machine;
    this.state = machine.initial();
  }

  /// Whether this member has taken part before.
  public boolean stored() {
    return Files.exists(settings.directory().resolve(groupName()));
  }

  /// What a person must know while the log itself has no trouble to tell of; "" for nothing.
  public void reason(String why) {
    reason = why;
  }

  /// What is done first when it is closed, while it may be open yet.
  public void farewell(Runnable first) {
    farewell = first;
  }

  /// Takes part with the storage as it is. Nothing when it does already.
  ///
  /// @throws IOException when the port is in use or the storage cannot be used
  public void open() throws IOException {
    if (inner != null) {
      return;
    }
    RatisLog opened = RatisLog.open(settings, machine);
    inner = opened;
    opened.listen(new Relay(opened));
  }

  /// Takes part no more.
  public void shut() {
    RatisLog open = inner;
    if (open == null) {
      return;
    }
    lock.lock();
    try {
      inner = null;
      lead(NOBODY);
    } finally {
      lock.unlock();
    }
    open.close();
  }

  /// Shuts it and makes this member the only voter of its storage, from the next entry on.
  ///
  /// @throws IOException when there is no storage, or it cannot be written
  public void narrow() throws IOException {
    if (!stored()) {
      throw new IOException("this member has no log");
    }
    open();
    RatisLog open = java.util.Objects.requireNonNull(inner);
    long next =
        open.nextIndex().orElseThrow(() -> new IOException("this member has no part in the log"));
    shut();
    QuorumMember self =
        settings.members().stream()
            .filter(each -> each.id().equals(settings.self()))
            .findFirst()
            .orElseThrow();
    LogEntryProto entry =
        LogEntryProto.newBuilder()
            .setIndex(next)
            .setConfigurationEntry(
                RaftConfigurationProto.newBuilder()
                    .addPeers(RatisOptions.peers(List.of(self)).getFirst().getRaftPeerProto()))
            .build();
    Path current = settings.directory().resolve(groupName()).resolve("current");
    SnapshotFile.replace(current.resolve("raft-meta.conf"), entry.toByteArray());
    Standing.MEMBER.write(settings.directory());
    LOG.warn("quorum.narrowed member={} index={}", settings.self(), next);
  }

  /// Shuts it and puts the storage aside, as `raft-before` beside it; what was put aside before is
  /// removed.
  public void discard() throws IOException {
    shut();
    Path directory = settings.directory();
    if (!Files.exists(directory)) {
      return;
    }
    Path aside = directory.resolveSibling(directory.getFileName() + "-before");
    if (Files.exists(aside)) {
      try (Stream<Path> files = Files.walk(aside)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    Files.move(directory, aside);
    LOG.warn("quorum.discarded member={} aside=\"{}\"", settings.self(), aside);
  }

  /// Leaves the other as the only voter, in order; waits a short time for it.
  ///
  /// @return "" when it is so, else why not
  public String leaveTo(MemberId other) {
    RatisLog open = inner;
    List<QuorumMember> rest =
        settings.members().stream().filter(each -> each.id().equals(other)).toList();
    if (open == null || !open.voters().contains(other)) {
      return "the other does not vote";
    }
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LEAVE_LIMIT_MS);
    try {
      if (open.leadership().self()) {
        open.transferLeadership(other)
            .toCompletableFuture()
            .get(LEAVE_LIMIT_MS / 2, TimeUnit.MILLISECONDS);
      }
      while (open.leadership().leader().filter(other::equals).isEmpty()) {
        if (System.nanoTime() - deadline >= 0) {
          return "the other did not begin to lead";
        }
        Thread.sleep(PAUSE_MS);
      }
      open.changeMembers(rest).toCompletableFuture().get(LEAVE_LIMIT_MS, TimeUnit.MILLISECONDS);
      return "";
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return "interrupted";
    } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
      return String.valueOf(e);
    }
  }

  /// Who votes, as agreed and applied here; empty while that is not known, or it is shut.
  public Set<MemberId> voters() {
    RatisLog open = inner;
    return open == null ? Set.of() : open.voters();
  }

  private String groupName() {
    return RatisOptions.groupId(settings).getUuid().toString();
  }

  /// Passes on what is new, of the log that is open.
  private final class Relay implements Listener {
    private final RatisLog from;

    Relay(RatisLog from) {
      this.from = from;
    }

    @Override
    public void applied(long index, Command command, ClusterState now) {
      pass(
          index,
          () -> {
            state = now;
            listeners.forEach(each -> each.applied(index, command, now));
          });
    }

    @Override
    public void installed(long index, ClusterState now) {
      pass(
          index,
          () -> {
            state = now;
            listeners.forEach(each -> each.installed(index, now));
          });
    }

    @SuppressWarnings("ReferenceEquality") // the very one
    private void pass(long index, Runnable tell) {
      lock.lock();
      try {
        // A log that is opened again goes through all that it has once more.
        if (inner == from && index > told) {
          told = index;
          tell.run();
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // the very one
    public void leadership(Leadership now) {
      lock.lock();
      try {
        if (inner == from) {
          lead(now);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private void lead(Leadership now) {
    leadership = now;
    listeners.forEach(each -> each.leadership(now));
  }

  @Override
  public void listen(Listener listener) {
    lock.lock();
    try {
      listeners.add(listener);
      listener.installed(told, state);
      listener.leadership(leadership);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public CompletionStage<Outcome> propose(Command command) {
    RatisLog open = inner;
    return open == null
        ? CompletableFuture.failedFuture(new IOException(shutReason()))
        : open.propose(command);
  }

  private String shutReason() {
    return reason.isEmpty() ? "this member takes no part in the quorum" : reason;
  }

  @Override
  public ClusterState state() {
    return state;
  }

  @Override
  public Leadership leadership() {
    return leadership;
  }

  @Override
  public QuorumStatus status() {
    RatisLog open = inner;
    if (open == null) {
      return new QuorumStatus(
          settings.self(),
          QuorumStatus.Phase.LOOKING,
          0,
          Optional.empty(),
          -1,
          -1,
          -1,
          List.of(),
          shutReason());
    }
    QuorumStatus now = open.status();
    return now.trouble().isEmpty() && !reason.isEmpty()
        ? new QuorumStatus(
            now.self(),
            now.phase(),
            now.term(),
            now.leader(),
            now.committed(),
            now.applied(),
            now.snapshot(),
            now.peers(),
            reason)
        : now;
  }

  private CompletionStage<Void> onOpen(
      java.util.function.Function<RatisLog, CompletionStage<Void>> act) {
    RatisLog open = inner;
    return open == null
        ? CompletableFuture.failedFuture(new IOException(shutReason()))
        : act.apply(open);
  }

  @Override
  public CompletionStage<Void> changeMembers(List<QuorumMember> members) {
    return onOpen(open -> open.changeMembers(members));
  }

  @Override
  public CompletionStage<Void> transferLeadership(MemberId to) {
    return onOpen(open -> open.transferLeadership(to));
  }

  @Override
  public CompletionStage<Void> stepDown() {
    return onOpen(Quorum::stepDown);
  }

  @Override
  public void close() {
    farewell.run();
    shut();
  }
}

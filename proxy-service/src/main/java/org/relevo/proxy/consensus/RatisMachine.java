package org.relevo.proxy.consensus;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.MD5FileUtil;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.cluster.Applied;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The cluster's state as the library drives it: applies, takes and installs snapshots, and passes
/// on that something about leadership has changed.
///
/// Owner: the library's applying thread; events come from any of its threads.
final class RatisMachine extends BaseStateMachine {
  private static final Logger LOG = LoggerFactory.getLogger(RatisMachine.class);

  private final SimpleStateMachineStorage storage = new SimpleStateMachineStorage();
  private final Machine machine;
  private final Announcer announcer;
  private final Runnable leadershipChanged;
  private final Consumer<Throwable> failed;

  /// As applied; written by the applying thread, or before it starts.
  private ClusterState state;

  /// @param leadershipChanged must not wait
  /// @param failed this member must stop: its state would not be everybody's any more
  RatisMachine(
      Machine machine,
      Announcer announcer,
      Runnable leadershipChanged,
      Consumer<Throwable> failed) {
    this.machine = machine;
    this.announcer = announcer;
    this.leadershipChanged = leadershipChanged;
    this.failed = failed;
    this.state = machine.initial();
  }

  @Override
  public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage raftStorage)
      throws IOException {
    getLifeCycle()
        .startAndTransition(
            () -> {
              super.initialize(server, groupId, raftStorage);
              storage.init(raftStorage);
              load(storage.getLatestSnapshot());
            },
            IOException.class);
  }

  @Override
  public void pause() {
    getLifeCycle().transition(LifeCycle.State.PAUSING);
    getLifeCycle().transition(LifeCycle.State.PAUSED);
  }

  @Override
  public void reinitialize() throws IOException {
    load(storage.loadLatestSnapshot());
    if (getLifeCycleState() == LifeCycle.State.PAUSED) {
      getLifeCycle().transition(LifeCycle.State.STARTING);
      getLifeCycle().transition(LifeCycle.State.RUNNING);
    }
  }

  private void load(@Nullable SingleFileSnapshotInfo snapshot) throws IOException {
    if (snapshot == null) {
      return;
    }
    Path file = snapshot.getFile().getPath();
    SnapshotFile.Content content = SnapshotFile.read(file);
    if (content.index() != snapshot.getIndex()) {
      throw new IOException("'" + file + "' is the state at another index: " + content.index());
    }
    state = content.state();
    setLastAppliedTermIndex(TermIndex.valueOf(snapshot.getTerm(), snapshot.getIndex()));
    announcer.installed(snapshot.getIndex(), state);
    LOG.info("quorum.snapshot-read index={}", snapshot.getIndex());
  }

  @Override
  public long takeSnapshot() throws IOException {
    TermIndex at = getLastAppliedTermIndex();
    if (at.getIndex() < 0) {
      return RaftLog.INVALID_LOG_INDEX;
    }
    File file = storage.getSnapshotFile(at.getTerm(), at.getIndex());
    SnapshotFile.write(file.toPath(), at.getIndex(), state);
    MD5Hash digest = MD5FileUtil.computeAndSaveMd5ForFile(file);
    FileInfo info = new FileInfo(file.toPath(), digest);
    storage.updateLatestSnapshot(new SingleFileSnapshotInfo(info, at));
    return at.getIndex();
  }

  @Override
  public StateMachineStorage getStateMachineStorage() {
    return storage;
  }

  /// At the leader: what is no command does not come into the log.
  @Override
  public TransactionContext startTransaction(RaftClientRequest request) throws IOException {
    TransactionContext transaction = super.startTransaction(request);
    try {
      StateCodec.command(bytes(request.getMessage().getContent()));
    } catch (MalformedBytesException e) {
      LOG.warn("quorum.command-refused cause=\"{}\"", e.getMessage());
      transaction.setException(e);
    }
    return transaction;
  }

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    LogEntryProto entry = transaction.getLogEntry();
    try {
      Command command = StateCodec.command(bytes(entry.getStateMachineLogEntry().getLogData()));
      Applied result = machine.apply(state, command);
      state = result.state();
      updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
      announcer.applied(entry.getIndex(), command, state);
      return CompletableFuture.completedFuture(Message.valueOf(result.refusal()));
    } catch (MalformedBytesException e) {
      failed.accept(e);
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      failed.accept(e);
      throw e;
    }
  }

  private static byte[] bytes(ByteString content) {
    return content.toByteArray();
  }

  @Override
  public void notifyLeaderChanged(RaftGroupMemberId member, RaftPeerId leader) {
    leadershipChanged.run();
  }

  @Override
  public void notifyLeaderReady() {
    leadershipChanged.run();
  }

  /// The only sign of a leader that steps down without knowing who follows it.
  @Override
  public void notifyNotLeader(Collection<TransactionContext> pending) {
    leadershipChanged.run();
  }

  @Override
  public void notifyConfigurationChanged(
      long term, long index, RaftConfigurationProto configuration) {
    LOG.info(
        "quorum.members-changed index={} members={}",
        index,
        configuration.getPeersList().stream().map(peer -> peer.getId().toStringUtf8()).toList());
    leadershipChanged.run();
  }

  @Override
  public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto entry) {
    failed.accept(cause);
  }
}

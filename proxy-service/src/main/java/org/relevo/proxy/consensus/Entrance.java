package org.relevo.proxy.consensus;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.apache.ratis.proto.RaftProtos.LogInfoProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.GroupInfoReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.GroupMismatchException;
import org.apache.ratis.util.ProtoUtils;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.consensus.QuorumStatus.Phase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings a member without storage into the quorum, without ever letting it vote with less than it
/// once confirmed:
///
/// ```text
/// all others have none either          → found the cluster together
/// others have it, and it counts us     → storage was lost: have us taken out, then; but not while
///                                        somebody at our own address has a log
/// others have it, without us           → start empty, without a vote; be added once caught up
/// somebody who may have it is silent   → ask again
/// ```
///
/// Owner: its own virtual thread.
final class Entrance implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Entrance.class);
  private static final long PAUSE_MS = 100;

  private final QuorumSettings settings;
  private final Path directory;
  private final RatisCalls calls;
  private final RaftGroup group;
  private final RaftPeerId self;
  private final BooleanSupplier votesHere;
  private final BiConsumer<Phase, String> progress;
  private Standing standing;

  /// What one of the others said.
  private sealed interface Answer {
    record Silent(String why) implements Answer {}

    /// Runs, and has no log with anything in it.
    record Nothing() implements Answer {}

    /// @param leader whom it follows, or itself
    record Has(Optional<RaftPeerId> leader, List<RaftPeer> voters) implements Answer {}
  }

  /// @param votesHere whether this member's own log says that it votes
  /// @param progress takes what this member does now, and one sentence while it cannot go on
  Entrance(
      QuorumSettings settings,
      RatisCalls calls,
      RaftGroup group,
      Standing standing,
      BooleanSupplier votesHere,
      BiConsumer<Phase, String> progress) {
    this.settings = settings;
    this.directory = settings.directory();
    this.calls = calls;
    this.group = group;
    this.self = RatisOptions.peerId(settings.self());
    this.standing = standing;
    this.votesHere = votesHere;
    this.progress = progress;
  }

  @Override
  public void run() {
    try (ExecutorService asking = Executors.newVirtualThreadPerTaskExecutor()) {
      while (!Thread.currentThread().isInterrupted() && !step(ask(asking))) {
        Thread.sleep(PAUSE_MS);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.error("quorum.entrance-failed cause=\"{}\"", e.toString());
      progress.accept(Phase.FAILED, "cannot prepare '" + directory + "': " + e.getMessage());
    }
  }

  private Map<RaftPeerId, Answer> ask(ExecutorService asking) throws InterruptedException {
    Map<RaftPeerId, Future<Answer>> asked = new LinkedHashMap<>();
    for (RaftPeer peer : group.getPeers()) {
      if (!peer.getId().equals(self)) {
        asked.put(peer.getId(), asking.submit(() -> ask(peer.getId())));
      }
    }
    Map<RaftPeerId, Answer> answers = new LinkedHashMap<>();
    for (Map.Entry<RaftPeerId, Future<Answer>> each : asked.entrySet()) {
      try {
        answers.put(each.getKey(), each.getValue().get());
      } catch (ExecutionException e) {
        answers.put(each.getKey(), new Answer.Silent(e.toString()));
      }
    }
    return answers;
  }

  private Answer ask(RaftPeerId peer) {
    try {
      GroupInfoReply reply = calls.groupInfo(peer);
      LogInfoProto log = reply.getLogInfoProto();
      if (!log.hasLastEntry() && !log.hasLastSnapshot()) {
        return new Answer.Nothing();
      }
      return new Answer.Has(
          leader(peer, reply.getRoleInfoProto()),
          ProtoUtils.toRaftPeers(reply.getConf().orElseThrow().getPeersList()));
    } catch (GroupMismatchException _) {
      return new Answer.Nothing();
    } catch (IOException e) {
      return new Answer.Silent(e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }

  private static Optional<RaftPeerId> leader(RaftPeerId peer, RoleInfoProto role) {
    if (role.getRole() == RaftPeerRole.LEADER) {
      return Optional.of(peer);
    }
    return Optional.of(role)
        .filter(RoleInfoProto::hasFollowerInfo)
        .map(each -> each.getFollowerInfo().getLeaderInfo().getId().getId())
        .filter(id -> !id.isEmpty())
        .map(RaftPeerId::valueOf);
  }

  /// @return whether this member is in
  private boolean step(Map<RaftPeerId, Answer> answers) throws IOException {
    for (Map.Entry<RaftPeerId, Answer> each : answers.entrySet()) {
      // Only the leader's own word says who votes.
      if (each.getValue() instanceof Answer.Has has
          && has.leader().filter(each.getKey()::equals).isPresent()) {
        return join(each.getKey(), has.voters(), answers);
      }
    }
    boolean nobodyHas = answers.values().stream().allMatch(Answer.Nothing.class::isInstance);
    if (standing == Standing.NONE && nobodyHas) {
      found();
      return true;
    }
    progress.accept(phase(), waitsFor(answers));
    return false;
  }

  private Phase phase() {
    return standing == Standing.JOINING ? Phase.JOINING : Phase.LOOKING;
  }

  private static String waitsFor(Map<RaftPeerId, Answer> answers) {
    return "waits for the other members to answer and to have a leader: "
        + answers.entrySet().stream()
            .map(each -> each.getKey() + " " + said(each.getValue()))
            .collect(joining(", "));
  }

  private static String said(Answer answer) {
    return switch (answer) {
      case Answer.Silent silent -> "is silent (" + silent.why() + ")";
      case Answer.Nothing _ -> "has no log";
      case Answer.Has has ->
          has.leader().map(leader -> "follows " + leader).orElse("has a log and no leader");
    };
  }

  private void found() throws IOException {
    write(Standing.FOUNDER);
    calls.addGroup(group);
    LOG.info("quorum.founded cluster={} members={}", settings.clusterName(), ids(group.getPeers()));
    progress.accept(Phase.MEMBER, "");
  }

  private boolean join(RaftPeerId leader, List<RaftPeer> voters, Map<RaftPeerId, Answer> answers)
      throws IOException {
    calls.know(voters);
    boolean counted = voters.stream().anyMatch(voter -> voter.getId().equals(self));
    if (standing == Standing.NONE && counted) {
      // At this member's own address: has it a log, then it is not the one that was lost.
      if (ask(self) instanceof Answer.Has) {
        progress.accept(
            Phase.LOOKING,
            "another process takes part as member %s at %s; stop one of the two"
                .formatted(self, group.getPeer(self).getAddress()));
        return false;
      }
      takeOut(leader, voters, answers);
      return false;
    } else if (standing == Standing.NONE) {
      write(Standing.JOINING);
      calls.addGroup(RaftGroup.valueOf(group.getGroupId()));
      LOG.info("quorum.joining leader={}", leader);
    } else if (votesHere.getAsBoolean()) {
      write(Standing.MEMBER);
      LOG.info("quorum.joined leader={}", leader);
      progress.accept(Phase.MEMBER, "");
      return true;
    }
    progress.accept(Phase.JOINING, "");
    if (counted) {
      return false; // on its way to our log
    }
    try {
      calls.addMember(leader, group.getPeer(self));
    } catch (IOException e) {
      // Perhaps it goes on all the same, or another change goes on first: seen at the next look.
      LOG.debug("quorum.join-again", e);
    }
    return false;
  }

  /// Without a majority among the others, taking out would wait for us and we for it.
  private void takeOut(RaftPeerId leader, List<RaftPeer> voters, Map<RaftPeerId, Answer> answers) {
    List<RaftPeer> others = new ArrayList<>(voters);
    others.removeIf(voter -> voter.getId().equals(self));
    long following =
        others.stream().filter(voter -> follows(answers.get(voter.getId()), leader)).count();
    if (following <= voters.size() / 2) {
      progress.accept(
          Phase.LOOKING,
          "has lost its storage and can come back when a majority of "
              + ids(voters)
              + " is there without it");
      return;
    }
    progress.accept(Phase.LOOKING, "");
    try {
      calls.setMembers(leader, others, voters);
      LOG.warn("quorum.taken-out reason=\"storage was lost\" members={}", ids(others));
    } catch (IOException e) {
      LOG.debug("quorum.take-out-again", e);
    }
  }

  private static boolean follows(@Nullable Answer answer, RaftPeerId leader) {
    return answer instanceof Answer.Has has && has.leader().filter(leader::equals).isPresent();
  }

  private void write(Standing now) throws IOException {
    now.write(directory);
    standing = now;
  }

  private static String ids(Collection<RaftPeer> peers) {
    return peers.stream().map(peer -> peer.getId().toString()).sorted().collect(joining(","));
  }
}

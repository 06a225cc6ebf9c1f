package org.relevo.proxy.consensus;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.ratis.proto.RaftProtos.CommitInfoProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.consensus.ClusterLog.Leadership;
import org.relevo.proxy.consensus.QuorumStatus.Peer;
import org.relevo.proxy.consensus.QuorumStatus.Phase;

/// What the library tells, in our terms.
final class RatisStatus {
  private RatisStatus() {}

  /// The term and the leader that go together.
  static Leadership leadership(RaftServer.Division division) {
    DivisionInfo info = division.getInfo();
    while (true) {
      long term = info.getCurrentTerm();
      Optional<MemberId> leader =
          Optional.ofNullable(info.getLeaderId()).map(RatisOptions::memberId);
      boolean self = info.isLeaderReady();
      if (info.getCurrentTerm() == term) {
        return new Leadership(term, leader, self);
      }
    }
  }

  static QuorumStatus of(RaftServer.Division division, Phase phase, String trouble) {
    DivisionInfo info = division.getInfo();
    Leadership leadership = leadership(division);
    SnapshotInfo snapshot = division.getStateMachine().getLatestSnapshot();
    return new QuorumStatus(
        RatisOptions.memberId(division.getId()),
        phase,
        leadership.term(),
        leadership.leader(),
        division.getRaftLog().getLastCommittedIndex(),
        info.getLastAppliedIndex(),
        snapshot == null ? -1 : snapshot.getIndex(),
        peers(division),
        trouble);
  }

  private static List<Peer> peers(RaftServer.Division division) {
    Map<RaftPeerId, Long> contacts = contacts(division.getInfo().getRoleInfoProto());
    Map<RaftPeerId, Long> committed = new HashMap<>();
    for (CommitInfoProto each : division.getCommitInfos()) {
      committed.put(RaftPeerId.valueOf(each.getServer().getId()), each.getCommitIndex());
    }
    List<Peer> peers = new ArrayList<>();
    for (RaftPeer peer : division.getRaftConf().getCurrentPeers()) {
      boolean self = peer.getId().equals(division.getId());
      peers.add(
          new Peer(
              RatisOptions.memberId(peer.getId()),
              peer.getAddress(),
              self ? 0 : contacts.getOrDefault(peer.getId(), -1L),
              committed.getOrDefault(peer.getId(), -1L)));
    }
    return peers;
  }

  private static Map<RaftPeerId, Long> contacts(RoleInfoProto role) {
    Map<RaftPeerId, Long> contacts = new HashMap<>();
    if (role.hasLeaderInfo()) {
      role.getLeaderInfo().getFollowerInfoList().forEach(each -> put(contacts, each));
    } else if (role.hasFollowerInfo() && role.getFollowerInfo().hasLeaderInfo()) {
      put(contacts, role.getFollowerInfo().getLeaderInfo());
    }
    return contacts;
  }

  private static void put(Map<RaftPeerId, Long> contacts, ServerRpcProto peer) {
    if (!peer.getId().getId().isEmpty()) {
      contacts.put(RaftPeerId.valueOf(peer.getId().getId()), peer.getLastRpcElapsedTimeMs());
    }
  }
}

package org.relevo.proxy.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.relevo.proxy.cluster.Member.Kind;
import org.relevo.proxy.cluster.MemberId;

/// How a service or witness takes part in a quorum.
///
/// @param self one of `members`
/// @param listenHost "" for every address
/// @param files present unless all members are on this machine
/// @param election shortest silence of a leader
/// @param pair present when two machines do without a third
public record RaftSettings(
    String clusterName,
    MemberId self,
    List<Peer> members,
    String listenHost,
    int listenPort,
    Optional<Files> files,
    Duration election,
    Optional<PairConfig> pair) {
  public RaftSettings {
    members = List.copyOf(members);
  }

  /// A member as written.
  public record Peer(MemberId id, Kind kind, String host, int port) {}

  /// Of mutual TLS.
  public record Files(Path certificate, Path key, Path authorities) {}
}

package org.relevo.proxy.consensus;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.tls.MemberTls;

/// How a member takes part.
///
/// @param clusterName members of another cluster are not answered
/// @param self one of `members`
/// @param members who founds the cluster, and whom a member without storage asks; who takes part
///   later is in the log
/// @param listenHost "" for every address
/// @param directory of the log, on a disk that keeps what it has confirmed
/// @param tls empty only when all members are on this machine
/// @param election shortest silence of a leader after which another is elected; at most twice as
///   long
/// @param proposal longest time until a command's fate is told or said to be unknown
public record QuorumSettings(
    String clusterName,
    MemberId self,
    List<QuorumMember> members,
    String listenHost,
    int listenPort,
    Path directory,
    Optional<MemberTls> tls,
    Duration election,
    Duration proposal) {
  public QuorumSettings {
    members = List.copyOf(members);
  }
}

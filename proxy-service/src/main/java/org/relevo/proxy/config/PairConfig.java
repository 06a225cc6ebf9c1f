package org.relevo.proxy.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.relevo.proxy.core.Place;

/// How two machines do without a third (`quorum = 'pair'`).
///
/// @param other the other machine's member
/// @param keyFile what heartbeats are signed with
/// @param ways at least one
/// @param pingNodes none: no veto
/// @param fence empty when a person has to make sure that the other is off
/// @param fenceDelay how much longer than the holder the other waits before it fences
/// @param fenceRetry between two tries
public record PairConfig(
    RaftSettings.Peer other,
    Path keyFile,
    List<Way> ways,
    Duration keepalive,
    Duration warnTime,
    Duration deadTime,
    Duration initDead,
    List<Place> pingNodes,
    Optional<Fence> fence,
    Duration fenceDelay,
    Duration fenceRetry) {
  public PairConfig {
    ways = List.copyOf(ways);
    pingNodes = List.copyOf(pingNodes);
  }

  /// One path of heartbeats.
  public record Way(Place own, Place other) {}

  /// A fence agent.
  ///
  /// @param limit for one call
  public record Fence(Path program, Map<String, String> options, Duration limit) {
    public Fence {
      options = Map.copyOf(options);
    }

    /// Options can be secrets.
    @Override
    public String toString() {
      return program.toString();
    }
  }
}

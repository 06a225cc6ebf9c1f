package org.relevo.proxy.pair;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.core.Place;

/// How this machine is one of a pair.
///
/// @param other the other machine's member
/// @param key shared by both
/// @param keepalive between two heartbeats on each path
/// @param pingNodes as [Place#parse] reads them; none: no veto
/// @param fence empty when a person has to make sure that the other is off
/// @param signs places of the other machine where an answer shows that it lives
public record PairSettings(
    MemberId self,
    MemberId other,
    BeatKey key,
    List<Way> ways,
    Duration keepalive,
    PairTiming timing,
    List<Place> pingNodes,
    Optional<Fence> fence,
    List<Place> signs) {
  public PairSettings {
    ways = List.copyOf(ways);
    pingNodes = List.copyOf(pingNodes);
    signs = List.copyOf(signs);
  }

  /// One path of heartbeats.
  public record Way(Place own, Place other) {
    @Override
    public String toString() {
      return own + " to " + other;
    }
  }

  /// A fence agent, called as Linux-HA's are.
  ///
  /// @param options beside `action`, `plug` and `nodename`
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

  @Override
  public String toString() {
    return "pair of %s and %s by %s".formatted(self, other, ways);
  }
}

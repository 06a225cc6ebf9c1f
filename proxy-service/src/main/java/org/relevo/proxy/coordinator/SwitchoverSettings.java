package org.relevo.proxy.coordinator;

import java.time.Duration;

/// Deadlines of a switchover.
///
/// @param hold longest time that new transactions wait; the gates open by themselves after it
/// @param drain for transactions in progress
/// @param catchUp for the target to receive and replay everything
/// @param stop for the old primary's clean stop
/// @param start for a server to take connections
/// @param promote for the promotion
/// @param rejoin for the old primary to stream and catch up
/// @param checkpoint for the checkpoint beforehand
/// @param slots whether standbys use physical replication slots `relevo_nodeN`
public record SwitchoverSettings(
    Duration hold,
    Duration drain,
    Duration catchUp,
    Duration stop,
    Duration start,
    Duration promote,
    Duration rejoin,
    Duration checkpoint,
    boolean slots) {
  public static final SwitchoverSettings DEFAULT =
      new SwitchoverSettings(
          Duration.ofSeconds(30),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(20),
          Duration.ofSeconds(60),
          Duration.ofSeconds(20),
          Duration.ofSeconds(60),
          Duration.ofMinutes(5),
          false);

  public SwitchoverSettings {
    if (hold.toMillis() < 1 || hold.toMillis() > 60_000) {
      throw new IllegalArgumentException("the hold limit must be 1 to 60000 ms");
    }
  }
}

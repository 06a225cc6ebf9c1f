package org.relevo.proxy.agent;

import java.time.Duration;

/// Longest times of an agent's steps.
///
/// @param sql of a short query
/// @param checkpoint of a `CHECKPOINT`
/// @param stop of an orderly stop, before everything is ended at once; at least 1 s
/// @param immediate of an immediate stop, before the server is killed; at least 1 s
/// @param start until a server takes connections, its recovery included
/// @param receiver until a WAL receiver is gone
/// @param promote until a promotion's recovery has ended
/// @param follow until a standby streams from its new primary
/// @param rewind of `pg_rewind`
/// @param fence of each call of the fence command
/// @param plannedRestart how long a server that was stopped in order may be away before that is
///   told
/// @param look between two looks at a running server
public record AgentLimits(
    Duration sql,
    Duration checkpoint,
    Duration stop,
    Duration immediate,
    Duration start,
    Duration receiver,
    Duration promote,
    Duration follow,
    Duration rewind,
    Duration fence,
    Duration plannedRestart,
    Duration look) {
  public static final AgentLimits DEFAULT =
      new AgentLimits(
          Duration.ofSeconds(3),
          Duration.ofMinutes(2),
          Duration.ofSeconds(10),
          Duration.ofSeconds(3),
          Duration.ofMinutes(1),
          Duration.ofSeconds(5),
          Duration.ofSeconds(60),
          Duration.ofSeconds(20),
          Duration.ofMinutes(30),
          Duration.ofSeconds(60),
          Duration.ofSeconds(5),
          Duration.ofMillis(250));

  /// Another time for stopped servers to come back.
  public AgentLimits withPlannedRestart(Duration limit) {
    return new AgentLimits(
        sql,
        checkpoint,
        stop,
        immediate,
        start,
        receiver,
        promote,
        follow,
        rewind,
        fence,
        limit,
        look);
  }
}

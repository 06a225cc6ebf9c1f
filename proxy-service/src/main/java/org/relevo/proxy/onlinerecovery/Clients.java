package org.relevo.proxy.onlinerecovery;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.relevo.jmx.contract.LogLevel;

/// The clients that write, who wait while a node is brought to the others' exact position.
///
/// A transaction that does not end keeps all others waiting, so a hold is short at first: when it
/// did not succeed the clients go on for a while, and the next one is longer.
///
/// Owner: the recovery's thread.
final class Clients {
  private static final Duration FIRST = Duration.ofMillis(500);
  private static final Duration BETWEEN = Duration.ofSeconds(2);

  private final RecoveryContext context;
  private final RecoveryProgress progress;
  private final WriteHold writes;
  private final String id;
  private long heldSinceNs;
  private long openEndNs;
  private boolean held;

  Clients(RecoveryContext context, RecoveryProgress progress) {
    this.context = context;
    this.progress = progress;
    this.writes = context.served().writes();
    this.id = progress.status().id();
  }

  /// Returns once no transaction that writes is open and none begins.
  ///
  /// @param main where idle transactions are ended that last too long
  /// @param needed how long they are to be held at most once that is so
  /// @return how long it took, for people
  String hold(Connection main, Duration needed)
      throws SQLException, RecoveryFailure, InterruptedException {
    RecoveryContext.RecoveryRules rules = context.rules().get();
    long begunNs = System.nanoTime();
    long deadlineNs = begunNs + rules.timeout().toNanos();
    Duration patience = FIRST;
    for (int attempt = 1; ; attempt++) {
      endIdle(main, rules.idleLimitSeconds(), begunNs);
      heldSinceNs = System.nanoTime();
      held = writes.hold(id, patience, needed);
      if (held) {
        openEndNs = System.nanoTime() + needed.toNanos();
        return "%d ms, attempt %d"
            .formatted((System.nanoTime() - heldSinceNs) / 1_000_000, attempt);
      }
      context
          .journal()
          .record(
              LogLevel.INFO,
              "recovery.not-held",
              "id=%s attempt=%d waitedMs=%d reason=\"transactions did not end\""
                  .formatted(id, attempt, patience.toMillis()));
      if (System.nanoTime() - deadlineNs >= 0) {
        throw new RecoveryFailure(
            "transactions did not end within recovery_timeout = %d s; clients went on"
                .formatted(rules.timeout().toSeconds()));
      }
      Thread.sleep(BETWEEN);
      patience = min(patience.multipliedBy(2), rules.holdLimit());
    }
  }

  private static Duration min(Duration left, Duration right) {
    return left.compareTo(right) < 0 ? left : right;
  }

  /// @param limitS of `client_idle_limit_in_recovery`
  private void endIdle(Connection main, int limitS, long begunNs) throws SQLException {
    long waitedS = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begunNs);
    if (limitS == 0 || waitedS < limitS) {
      return;
    }
    int ended = 0;
    try (PreparedStatement statement =
        main.prepareStatement(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE backend_type = 'client backend' AND state LIKE 'idle in transaction%'
              AND pid <> pg_backend_pid() AND state_change < now() - make_interval(secs => ?)
            """)) {
      statement.setInt(1, Math.max(0, limitS));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          ended++;
        }
      }
    }
    if (ended > 0) {
      context
          .journal()
          .record(LogLevel.WARN, "recovery.idle-ended", "id=%s sessions=%d".formatted(id, ended));
    }
  }

  /// @throws RecoveryFailure when they are not held any more, or have been for too long
  void stillHeld() throws RecoveryFailure {
    if (!held || !writes.held(id) || System.nanoTime() - openEndNs >= 0) {
      throw new RecoveryFailure("it took too long; clients go on without it");
    }
  }

  /// Does nothing when they are not held.
  void release() {
    if (held) {
      held = false;
      writes.release(id);
      progress.paused((System.nanoTime() - heldSinceNs) / 1_000_000);
    }
  }
}

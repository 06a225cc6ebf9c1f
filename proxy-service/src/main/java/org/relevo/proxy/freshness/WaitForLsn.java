package org.relevo.proxy.freshness;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.relevo.proxy.core.Lsn;

/// `WAIT FOR LSN`, which servers from PostgreSQL 19 on have: the standby itself lets a read wait
/// until it has replayed what the read must see. One round trip more, on that server only; without
/// it the service waits until a sample shows the position.
///
/// It must be sent outside a transaction (it refuses to run with a snapshot), and it knows nothing
/// of timelines: use it only for a standby that [Positions] show on the bound's timeline.
public final class WaitForLsn {
  /// `server_version_num` of the first version that has it.
  static final int FIRST_VERSION = 190_000;

  private WaitForLsn() {}

  /// @param standby of [Positions#nodes]
  /// @param bound of the session's last write
  /// @param limit `replay_wait_timeout`
  /// @return the statement to send before the read, which fails when it has waited in vain; empty
  ///   when there is nothing to gain by it: the server is too old, its timeline is not proven, the
  ///   bound is not known, or waiting is off
  public static Optional<String> statement(
      Positions.NodePosition standby, Lsn bound, Duration limit) {
    if (standby.version() < FIRST_VERSION
        || !standby.sampled()
        || !standby.standby()
        || standby.lagBytes() < 0
        || bound.equals(Positions.UNSETTLED)
        || limit.toMillis() < 1) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT, "WAIT FOR LSN '%s' WITH (TIMEOUT '%dms')", bound, limit.toMillis()));
  }
}

package org.relevo.proxy.failover;

import java.util.Locale;

/// The steps of a switchover, in their order. Names are an outside contract.
public enum SwitchoverStep {
  CHECK(1),
  CHECKPOINT(2),
  HOLD(3),
  DRAIN(4),
  PREPARE_MOVE(5),
  CATCH_UP(6),
  STOP_OLD_PRIMARY(7),
  VERIFY_LSN(8),
  /// From here on nothing is put back.
  PROMOTE(9),
  VERIFY_PRIMARY(10),
  RELEASE(11),
  REJOIN(12),
  VERIFY_STANDBY(13);

  private final int number;

  SwitchoverStep(int number) {
    this.number = number;
  }

  /// Counted from 1.
  public int number() {
    return number;
  }

  /// As shown: `stop-old-primary`.
  public String shown() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public boolean afterPointOfNoReturn() {
    return compareTo(PROMOTE) >= 0;
  }
}

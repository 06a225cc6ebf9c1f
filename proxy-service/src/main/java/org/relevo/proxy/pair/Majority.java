package org.relevo.proxy.pair;

import org.relevo.proxy.pair.PairInput.Voters;

/// What this machine knows by the log: who votes, whether a majority is there, and what of the
/// other's part is surely here too. Owner: [PairLogic].
final class Majority {
  private final int deadMs;
  private PairInput.Log log = new PairInput.Log(Voters.UNKNOWN, false, false);
  private boolean met;
  private boolean ruled;
  private long contactNs;

  /// Before that, what the log says of a majority may be from before a standstill.
  private long trustsFromNs;

  Majority(long nowNs, int deadMs) {
    this.contactNs = nowNs;
    this.trustsFromNs = nowNs;
    this.deadMs = deadMs;
  }

  void take(PairInput.Log now, PairMode mode, long nowNs) {
    log = now;
    if (now.contact()) {
      contactNs = nowNs;
      ruled |= mode == PairMode.ALONE;
      // All that was agreed is here: as it needed this one, or as nobody else votes.
      met |=
          trusted(nowNs)
              && switch (mode) {
                case PAIRED, LOST -> now.voters() == Voters.BOTH;
                case ALONE -> now.voters() == Voters.SELF;
                case WAITING, JOINING, SPLIT, RETIRED -> false;
              };
    }
  }

  private boolean trusted(long nowNs) {
    return nowNs - trustsFromNs >= 0;
  }

  /// The other may have been told meanwhile to go on without this machine.
  ///
  /// @return when it can be known again
  long stoodStill(long nowNs) {
    met = false;
    trustsFromNs = nowNs + PairTiming.ns(deadMs);
    return trustsFromNs;
  }

  /// The log is another one, or changes.
  void forget() {
    log = new PairInput.Log(Voters.UNKNOWN, log.contact(), log.holder());
  }

  /// The log is opened: it has no majority yet, and nothing is known of the other's part.
  void opened(long nowNs) {
    contactNs = nowNs;
    met = false;
  }

  void lostSight() {
    met = false;
  }

  /// Both vote: all that was told here is in the other's log.
  void complete(long nowNs) {
    met = trusted(nowNs);
    ruled = false;
  }

  boolean contact() {
    return log.contact();
  }

  Voters voters() {
    return log.voters();
  }

  boolean holder() {
    return log.holder();
  }

  boolean lacked(long nowNs, long ms) {
    return !log.contact() && nowNs - contactNs >= PairTiming.ns(ms);
  }

  /// Moment of the last majority.
  long contactNs() {
    return contactNs;
  }

  /// Whether all that the other agreed to is surely here, by a majority in this life of the
  /// process.
  boolean met() {
    return met;
  }

  /// Whether something was told here as the sole voter that the other may not have.
  boolean ruled() {
    return ruled;
  }
}

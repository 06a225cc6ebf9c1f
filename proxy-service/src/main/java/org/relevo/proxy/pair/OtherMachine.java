package org.relevo.proxy.pair;

/// What is known of the other machine by its heartbeats. Owner: [PairLogic].
final class OtherMachine {
  private final long startedNs;
  private boolean heard;
  private boolean answered;
  private long heardNs;
  private long answeredNs;
  private boolean seesNet = true;
  private Claim claim = Claim.NONE;

  OtherMachine(long startedNs) {
    this.startedNs = startedNs;
  }

  void hear(PairInput.Heard beat, long nowNs) {
    heard = true;
    heardNs = nowNs;
    seesNet = beat.seesNet();
    if (beat.answers()) {
      answered = true;
      answeredNs = nowNs;
      claim = beat.claim();
    }
  }

  /// Whether it was heard after a moment.
  boolean heardSince(long ns) {
    return heard && heardNs - ns > 0;
  }

  boolean everHeard() {
    return heard;
  }

  /// Whether it has said anything that is surely of this life of the process.
  boolean everAnswered() {
    return answered;
  }

  /// Whether one that is surely new was heard at a moment or later.
  boolean answeredSince(long ns) {
    return answered && answeredNs - ns >= 0;
  }

  boolean silent(long nowNs, long ms) {
    return nowNs - (heard ? heardNs : startedNs) >= PairTiming.ns(ms);
  }

  boolean seesNet() {
    return seesNet;
  }

  /// What it said last; [Claim#NONE] before.
  Claim claim() {
    return claim;
  }

  /// Whether it has decided alone since, so that its state counts.
  boolean newerThan(Claim own) {
    return answered && claim.worth() && claim.generation() > own.generation();
  }

  /// Whether both say that they alone decide.
  boolean rivals(Claim own) {
    return own.standing() == Claim.Standing.ALONE
        && claim.standing() == Claim.Standing.ALONE
        && claim.generation() == own.generation();
  }
}

package org.relevo.proxy.pair;

/// What a machine of the pair is to do, in order; when one fails, none of those after it is done.
sealed interface PairEffect {
  /// Keeps the claim on the disk; before anything that follows.
  record Keep(Claim claim) implements PairEffect {}

  /// Keeps on the disk that the claim met one that excludes it, or a newer one, so that a start of
  /// the service does not go on with it.
  record Contest(Claim claim) implements PairEffect {}

  /// Takes part with the storage as it is.
  record Open() implements PairEffect {}

  /// Takes part no more, and makes this machine the sole voter of its storage. Before the claim
  /// that says so is kept: a crash in between leaves a claim that asks for the other.
  record Narrow() implements PairEffect {}

  /// Takes part no more and puts the storage aside. Before the claim that says so is kept: a crash
  /// in between leaves a machine without storage, which can only join.
  record Discard() implements PairEffect {}

  /// Takes part no more.
  record Shut() implements PairEffect {}

  /// Asks whether the other is off, and makes it so; comes back as [PairInput.Fenced].
  ///
  /// @param shoot whether it may be switched off; else it is only asked
  record Fence(long request, boolean shoot) implements PairEffect {}

  /// The answer to a person.
  ///
  /// @param refusal "" when it is done
  record Answer(long request, String refusal) implements PairEffect {}

  /// For the journal.
  record Note(boolean warning, String event, String text) implements PairEffect {}

  /// Takes what is for the journal.
  interface Notes {
    void accept(boolean warning, String event, String text);
  }
}

package org.relevo.proxy.session;

import java.util.List;
import java.util.function.Predicate;

/// A row of the table that says what a client is told when its server is gone; the first match
/// wins. The truth, and no more than is known: what was rolled back for certain may be repeated,
/// what may have been committed must not be.
///
/// @param id stable, logged with what it caused
/// @param rule for people
record LossRow(String id, String rule, Predicate<Facts> when, Told told) {
  static final List<LossRow> TABLE =
      List.of(
          new LossRow(
              "L-010",
              "settings were changed in a way that only the lost server knows",
              Facts::settingsUnknown,
              Told.END),
          new LossRow(
              "L-020", "the session has what only the lost server has", Facts::anchored, Told.END),
          new LossRow(
              "L-025",
              "one read outside a transaction at a standby, of whose answer nothing was seen",
              Facts::again,
              Told.AGAIN),
          new LossRow(
              "L-030",
              "nothing was asked, no transaction is open",
              facts -> !facts.owes() && !facts.inBlock(),
              Told.NOTHING),
          new LossRow(
              "L-040",
              "nothing was asked, a transaction is open: it is rolled back",
              facts -> !facts.owes(),
              Told.LATER),
          new LossRow(
              "L-050",
              "a transaction is open, and nothing that was asked ends it",
              facts -> facts.inBlock() && !facts.ends(),
              Told.ROLLED_BACK_IN_BLOCK),
          new LossRow(
              "L-060",
              "the end of a transaction that had failed before",
              facts -> facts.inBlock() && facts.failed() && facts.single(),
              Told.ROLLED_BACK),
          new LossRow(
              "L-070",
              "what was asked has written nothing",
              facts -> !facts.wrote() && !facts.begins(),
              Told.ROLLED_BACK),
          new LossRow(
              "L-080",
              "what was asked begins a transaction and does not end it",
              facts -> facts.begins() && !facts.ends() && facts.single(),
              Told.ROLLED_BACK_IN_BLOCK),
          new LossRow("L-090", "what was asked may have been committed", _ -> true, Told.UNKNOWN));

  /// What is known of the session.
  ///
  /// @param settingsUnknown whether settings that outlive transactions are not known
  /// @param anchored LISTEN, temporary objects, session-level locks, cursors WITH HOLD
  /// @param again whether what was asked can be asked of the primary and nobody can tell
  /// @param owes whether an answer is outstanding
  /// @param inBlock whether a transaction block was open before what was asked
  /// @param failed whether that block had failed
  /// @param ends whether anything that was asked may end a transaction
  /// @param begins whether anything that was asked may begin one
  /// @param wrote whether the transaction, or anything that was asked, may have written
  /// @param single whether one query string or batch was asked, all of which is known
  record Facts(
      boolean settingsUnknown,
      boolean anchored,
      boolean again,
      boolean owes,
      boolean inBlock,
      boolean failed,
      boolean ends,
      boolean begins,
      boolean wrote,
      boolean single) {}

  /// What the client is told.
  enum Told {
    /// The session ends.
    END,
    /// Nothing: the primary is asked the same.
    AGAIN,
    /// Nothing: it goes on with another server.
    NOTHING,
    /// With its next statement, that the transaction was rolled back.
    LATER,
    /// 40001, outside a transaction.
    ROLLED_BACK,
    /// 40001, in a failed transaction.
    ROLLED_BACK_IN_BLOCK,
    /// 08007.
    UNKNOWN
  }

  static LossRow of(Facts facts) {
    return TABLE.stream().filter(row -> row.when().test(facts)).findFirst().orElseThrow();
  }
}

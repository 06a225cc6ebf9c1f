package org.relevo.proxy.fanout;

/// Told when a session comes to a point around COMMIT, or the service to one of its take-over;
/// tests end the process there.
@FunctionalInterface
interface CommitSteps {
  CommitSteps NONE = _ -> {};

  enum Point {
    /// All have said the same; nothing of the end has been sent.
    AGREED,
    /// In two phases: sent to all; answered by all.
    PREPARE_SENT,
    PREPARED,
    /// COMMIT was sent to the first of the others; to all of them.
    FIRST_SENT,
    OTHERS_SENT,
    /// The first of the others has answered; all of them have.
    FIRST_COMMITTED,
    OTHERS_COMMITTED,
    MAIN_SENT,
    /// All have committed; the client has not heard of it.
    MAIN_COMMITTED,
    /// Take-over: sessions of former services cannot commit any more.
    FENCED,
    /// What was prepared has been completed or taken back.
    RESOLVED,
    /// Who lacks something is detached, on disk.
    COMPARED
  }

  void at(Point point);
}

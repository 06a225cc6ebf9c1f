package org.relevo.proxy.agent;

import org.relevo.proxy.core.Lsn;

/// What actions leave for the watch to tell.
///
/// Owner: the running action writes, the watch reads; what the watch has found out of the log's end
/// actions use.
final class Marks {
  private volatile boolean acting;
  private volatile boolean stoppedByAgent;
  private volatile boolean restarting;
  private volatile Gate gate = Gate.NONE;
  private volatile Sync sync = Sync.NONE;
  private volatile LogEnd logEnd = LogEnd.NONE;
  private volatile String diverged = "";
  private volatile String startFailure = "";

  void acting(boolean now) {
    acting = now;
  }

  /// While an action runs, what is on disk may be in between.
  boolean acting() {
    return acting;
  }

  void restarting(boolean now) {
    restarting = now;
  }

  /// Whether it is stopped only to be started as a primary at once.
  boolean restarting() {
    return restarting;
  }

  void stoppedByAgent(boolean now) {
    stoppedByAgent = now;
  }

  boolean stoppedByAgent() {
    return stoppedByAgent;
  }

  /// @param pid of the postmaster whose receiver was stopped; 0 when the server was
  record Gate(long epoch, long pid) {
    static final Gate NONE = new Gate(0, 0);
  }

  /// @param names `synchronous_standby_names` as it was set
  record Sync(long number, String names) {
    static final Sync NONE = new Sync(0, "");
  }

  void gate(Gate now) {
    gate = now;
  }

  /// The operation for which the server or its receiver was stopped, if that process, or none, is
  /// there still; else 0.
  long gate(long pid) {
    Gate now = gate;
    return now.pid() == pid ? now.epoch() : 0;
  }

  /// @param number of the standbys that the primary waits for, and that is settled; 0 for none
  void sync(long number, String names) {
    sync = new Sync(number, names);
  }

  /// @param names that are in force
  long sync(String names) {
    Sync now = sync;
    return now.names().equals(names) ? now.number() : 0;
  }

  /// Where a standby's log ends since its receiver was stopped, and its timeline there.
  record LogEnd(Lsn at, long timeline) {
    static final LogEnd NONE = new LogEnd(Lsn.ZERO, -1);
  }

  void logEnd(LogEnd now) {
    logEnd = now;
  }

  /// The timeline of a log that ends there, -1 when it is not known.
  long timelineAt(Lsn end) {
    LogEnd now = logEnd;
    return now.at().equals(end) ? now.timeline() : -1;
  }

  /// @param reason "" when it is not, or not any more
  void diverged(String reason) {
    diverged = reason;
  }

  String diverged() {
    return diverged;
  }

  /// @param reason "" when it starts again
  void startFailure(String reason) {
    startFailure = reason;
  }

  String startFailure() {
    return startFailure;
  }
}

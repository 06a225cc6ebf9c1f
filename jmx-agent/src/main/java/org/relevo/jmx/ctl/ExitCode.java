package org.relevo.jmx.ctl;

/// Exit codes of the control command, an outside contract.
final class ExitCode {
  static final int DONE = 0;
  static final int UNKNOWN = 1;
  static final int TIMEOUT = 6;
  static final int BAD_ARGUMENTS = 7;
  static final int CONNECTION = 8;
  static final int SERVER_SIDE = 12;
  static final int AUTHORISATION = 13;

  private ExitCode() {}
}

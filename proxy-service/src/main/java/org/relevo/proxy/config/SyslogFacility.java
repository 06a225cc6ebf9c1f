package org.relevo.proxy.config;

/// As whose lines a syslog server takes them.
enum SyslogFacility {
  USER(1),
  DAEMON(3),
  LOCAL0(16),
  LOCAL1(17),
  LOCAL2(18),
  LOCAL3(19),
  LOCAL4(20),
  LOCAL5(21),
  LOCAL6(22),
  LOCAL7(23);

  private final int code;

  SyslogFacility(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}

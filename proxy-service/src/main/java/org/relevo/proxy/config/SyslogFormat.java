package org.relevo.proxy.config;

/// Form of the lines to a syslog server.
enum SyslogFormat {
  RFC5424,
  RFC3164
}

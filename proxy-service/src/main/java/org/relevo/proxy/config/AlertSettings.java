package org.relevo.proxy.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Which alerts there are, who is told of them, and how.
///
/// @param lagBytes of a standby, from which there is an alert; 0: none
/// @param waitingClients from which there is an alert; 0: none
/// @param repeat time between two tellings of what goes on; zero: told once
/// @param syslog `host:port` over UDP
/// @param syslogOld RFC 3164 instead of 5424
/// @param facility of syslog, 0 to 23
/// @param command a shell command that gets `RELEVO_ALERT_…` variables
/// @param mailServer `host:port` of SMTP
/// @param webhook gets a POST with JSON
public record AlertSettings(
    long lagBytes,
    int waitingClients,
    Duration repeat,
    Optional<String> syslog,
    boolean syslogOld,
    int facility,
    Optional<String> command,
    Duration commandLimit,
    Optional<String> mailServer,
    String mailFrom,
    List<String> mailTo,
    Optional<URI> webhook) {
  public AlertSettings {
    mailTo = List.copyOf(mailTo);
  }
}

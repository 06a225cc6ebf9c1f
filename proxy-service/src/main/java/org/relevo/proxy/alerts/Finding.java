package org.relevo.proxy.alerts;

import org.relevo.jmx.contract.LogLevel;

/// What a rule says of one subject at one moment.
///
/// @param rule its name
/// @param subject what it is about, such as `node1`; "" for the service
/// @param bad whether it is so; between the limits of a rule with hysteresis it stays as it was
/// @param between whether the value is between both limits
/// @param holdMs how long it must be so before anybody is told
/// @param text one sentence for people
record Finding(
    String rule,
    String subject,
    LogLevel severity,
    boolean bad,
    boolean between,
    long holdMs,
    String text) {
  String key() {
    return subject.isEmpty() ? rule : rule + ":" + subject;
  }

  static Finding state(
      String rule, String subject, LogLevel severity, boolean bad, long holdMs, String text) {
    return new Finding(rule, subject, severity, bad, false, holdMs, text);
  }

  /// Bad from `limit` on, good again under four fifths of it.
  static Finding threshold(
      String rule, String subject, double value, double limit, long holdMs, String text) {
    boolean bad = value >= limit;
    return new Finding(
        rule, subject, LogLevel.WARN, bad, !bad && value >= limit * 0.8, holdMs, text);
  }
}

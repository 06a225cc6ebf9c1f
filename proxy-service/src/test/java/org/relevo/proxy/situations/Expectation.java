package org.relevo.proxy.situations;

/// What a situation gives through the service, compared with a direct connection.
sealed interface Expectation {
  Expectation SAME = new Same();

  /// Every answer is the same.
  record Same() implements Expectation {}

  /// The first answer that differs contains `what`.
  record Differs(String what, String why) implements Expectation {}

  /// The first answer that differs is an error 0A000.
  record Refused(String why) implements Expectation {}
}

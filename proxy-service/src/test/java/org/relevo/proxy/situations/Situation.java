package org.relevo.proxy.situations;

import java.util.List;
import java.util.Map;

/// One row of the table.
///
/// @param name unique among those of its client
/// @param since oldest major version of the server that knows it
/// @param until newest major version that does it like this
/// @param pool size of the pools in the modes that share server connections; 0 for the usual
/// @param shows texts that a direct connection's answers contain: what the situation is about
/// @param expected by route; a route that is missing expects the same
record Situation(
    String name,
    Program program,
    int since,
    int until,
    int pool,
    List<String> shows,
    Map<Route, Expectation> expected) {
  /// Does the situation once, at one address.
  @FunctionalInterface
  interface Program {
    /// @return the answers, line by line, without what differs from run to run
    List<String> run(Address address) throws Exception;
  }

  /// Which client does it.
  enum Client {
    RAW("raw"),
    PSQL("psql"),
    JDBC("pgJDBC");

    private final String label;

    Client(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  /// Where to do it.
  ///
  /// @param port of the server or of a service before it
  /// @param stopAtRefusal whether to end at the first error 0A000
  record Address(int port, Lab lab, boolean stopAtRefusal) {}

  Expectation expectedBy(Route route) {
    return expected.getOrDefault(route, Expectation.SAME);
  }
}

package org.relevo.jmx.contract;

import java.util.List;

/// A run as it is wanted.
///
/// @param label any words by which to find the run again; runs of one label are compared as a group
/// @param engine `relevo` or `pgbench`
/// @param scripts at least one
/// @param protocol `simple`, `extended` or `prepared`
/// @param clients 1 to 1000
/// @param jobs threads that drive the clients, 1 to `clients`
/// @param seconds how long; 0 when `transactions` says how much, or to run until it is stopped
/// @param transactions of each client; 0 when `seconds` says how long
/// @param rate transactions a second that are begun in all; 0 for as many as there can be
/// @param latencyLimitMs longer ones are counted as late, and left out when a `rate` is set and
///   they would begin too late; 0 for none
/// @param variables `name=value` for the scripts
/// @param runs how many runs one after the other, 1 to 100
public record BenchmarkPlan(
    String label,
    String engine,
    List<BenchmarkScript> scripts,
    String protocol,
    int clients,
    int jobs,
    int seconds,
    long transactions,
    double rate,
    double latencyLimitMs,
    List<String> variables,
    int runs) {
  public BenchmarkPlan {
    scripts = List.copyOf(scripts);
    variables = List.copyOf(variables);
  }
}

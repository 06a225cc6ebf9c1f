package org.relevo.proxy.consistency;

import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.relevo.proxy.core.BackendId;

/// How nodes are compared.
///
/// @param database compared when none is named
/// @param user role on every node that may read the tables
/// @param holdLimit longest time that new transactions wait for the common point
/// @param countLimit longest time for counting one table
/// @param encryption of each node, in the JDBC driver's properties
public record ConsistencySettings(
    String database,
    String user,
    Supplier<String> password,
    Duration holdLimit,
    Duration countLimit,
    Function<BackendId, Map<String, String>> encryption) {
  public static final Duration DEFAULT_HOLD_LIMIT = Duration.ofSeconds(5);
  public static final Duration DEFAULT_COUNT_LIMIT = Duration.ofMinutes(10);

  public ConsistencySettings {
    if (holdLimit.toMillis() < 1 || holdLimit.compareTo(Duration.ofSeconds(55)) > 0) {
      throw new IllegalArgumentException(
          "a consistency check may hold transactions for 1 ms to 55 s: " + holdLimit);
    }
    if (countLimit.toMillis() < 1 || countLimit.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException("a count may take 1 ms to one day: " + countLimit);
    }
  }

  public static ConsistencySettings of(
      String database,
      String user,
      Supplier<String> password,
      Function<BackendId, Map<String, String>> encryption) {
    return new ConsistencySettings(
        database, user, password, DEFAULT_HOLD_LIMIT, DEFAULT_COUNT_LIMIT, encryption);
  }

  /// Without any secret.
  @Override
  public String toString() {
    return database + " as " + user + ", held at most " + holdLimit.toMillis() + " ms";
  }
}

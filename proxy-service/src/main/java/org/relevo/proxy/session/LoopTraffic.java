package org.relevo.proxy.session;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The databases of one event loop's clients.
///
/// Owner: the event loop; anybody may read [#all].
final class LoopTraffic {
  /// Names come from clients: above this, those that have never been given a server are forgotten.
  private static final int MANY = 1024;

  private final Map<String, DatabaseTraffic> databases = new ConcurrentHashMap<>();

  /// What the loop last counted of prepared statements; see [#publish].
  private volatile Statements statements = new Statements(0, 0, 0);

  /// @param distinct in the loop's catalog
  /// @param ofClients names that clients have given
  /// @param onServers prepared on server connections
  record Statements(int distinct, int ofClients, int onServers) {}

  DatabaseTraffic of(String database, TrafficRules rules) {
    DatabaseTraffic known = databases.get(database);
    if (known != null) {
      return known;
    }
    if (databases.size() >= MANY) {
      databases.values().removeIf(DatabaseTraffic::idle);
    }
    DatabaseTraffic made = new DatabaseTraffic();
    made.paused(rules.paused(database));
    databases.put(database, made);
    return made;
  }

  void apply(TrafficRules rules) {
    databases.forEach((name, traffic) -> traffic.paused(rules.paused(name)));
  }

  void publish(Statements counted) {
    statements = counted;
  }

  Statements statements() {
    return statements;
  }

  /// By name; only the counters are for anybody.
  Map<String, DatabaseTraffic> all() {
    return databases;
  }
}

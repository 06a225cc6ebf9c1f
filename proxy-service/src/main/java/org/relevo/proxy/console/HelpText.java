package org.relevo.proxy.console;

import java.util.List;

/// What `SHOW HELP` says, in order.
final class HelpText {
  record Line(String command, String description) {}

  static final List<Line> LINES =
      List.of(
          new Line(
              "SHOW CLIENTS | SERVERS | SOCKETS | ACTIVE_SOCKETS", "connections of both sides"),
          new Line("SHOW POOLS | POOL_DETAILS | QUEUE", "pools and who waits in them"),
          new Line("SHOW STATS | STATS_TOTALS | STATS_AVERAGES | TOTALS", "counters by database"),
          new Line("SHOW DATABASES | USERS | LISTS | STATE", "what is configured and connected"),
          new Line("SHOW NODES | PREPARED | MEM | PEERS | PEER_POOLS", "servers and the service"),
          new Line("SHOW STATEMENTS", "calls, rows and times of statements by their shape"),
          new Line("SHOW CONFIG | VERSION | HELP", "settings and this text"),
          new Line(
              "SHOW POOL_NODES | POOL_PROCESSES | POOL_POOLS | POOL_STATUS | POOL_VERSION"
                  + " | POOL_CACHE | POOL_HEALTH_CHECK_STATS | POOL_BACKEND_STATS",
              "as pgpool-II shows them; also in ordinary databases"),
          new Line("SHOW table WHERE column = value [AND ...] LIMIT n", "some rows only"),
          new Line(
              "PGPOOL SHOW name | backend | health_check | watchdog | heartbeat | ALL",
              "settings; also in ordinary databases"),
          new Line("PGPOOL SET name TO value", "only for settings of a session"),
          new Line("PGPOOL RESET name | ALL", "takes back PGPOOL SET"),
          new Line("PAUSE [db]", "closes server connections as they become free; clients wait"),
          new Line("RESUME [db]", "takes back PAUSE or KILL"),
          new Line("RECONNECT [db]", "replaces server connections as they become free"),
          new Line("WAIT_CLOSE [db]", "waits until RECONNECT or RELOAD is through"),
          new Line("KILL [db]", "ends clients and server connections; new clients wait for RESUME"),
          new Line("KILL CLIENT id | KILL_CLIENT id", "ends one client"),
          new Line("DISABLE db", "refuses new clients"),
          new Line("ENABLE db", "takes back DISABLE"),
          new Line("RELOAD", "reads the configuration anew"));

  private HelpText() {}
}

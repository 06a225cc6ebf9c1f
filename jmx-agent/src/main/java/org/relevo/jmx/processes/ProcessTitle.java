package org.relevo.jmx.processes;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a process of PostgreSQL says of itself in its title, such as `postgres: 18/main: bench
/// bench 127.0.0.1(41234) idle in transaction`.
///
/// @param role as `pg_stat_activity.backend_type` names it; `postmaster` without a title
/// @param client `HOST(PORT)` or `[local]`
/// @param activity the rest
public record ProcessTitle(
    String role, String user, String database, String client, String activity) {
  private static final String PREFIX = "postgres: ";

  /// Titles of background processes, and the role they mean.
  private static final List<List<String>> BACKGROUND =
      List.of(
          List.of("autovacuum launcher", "autovacuum launcher"),
          List.of("autovacuum worker", "autovacuum worker"),
          List.of("background writer", "background writer"),
          List.of("checkpointer", "checkpointer"),
          List.of("walwriter", "walwriter"),
          List.of("walreceiver", "walreceiver"),
          List.of("walsummarizer", "walsummarizer"),
          List.of("startup", "startup"),
          List.of("archiver", "archiver"),
          List.of("logger", "logger"),
          List.of("stats collector", "stats collector"),
          List.of("io worker", "io worker"),
          List.of("slotsync worker", "slotsync worker"),
          List.of("logical replication launcher", "logical replication launcher"),
          List.of("logical replication", "logical replication worker"),
          List.of("parallel worker", "parallel worker"),
          List.of("bgworker: ", "background worker"));

  private static final Pattern SENDER =
      Pattern.compile("walsender (\\S+) (?:(\\S+) )?(\\[local]|\\S+\\(\\d+\\)) ?(.*)");
  private static final Pattern CLIENT =
      Pattern.compile("(\\S+) (\\S+) (\\[local]|\\S+\\(\\d+\\)) ?(.*)");

  /// @param title of a process whose program is PostgreSQL
  static ProcessTitle of(String title) {
    if (!title.startsWith(PREFIX)) {
      return new ProcessTitle("postmaster", "", "", "", title);
    }
    String rest = title.substring(PREFIX.length()).strip();
    ProcessTitle plain = named(rest);
    if (plain != null) {
      return plain;
    }
    // cluster_name stands in front, and may hold colons itself.
    int colon = rest.indexOf(": ");
    while (colon >= 0) {
      ProcessTitle behind = named(rest.substring(colon + 2));
      if (behind != null) {
        return behind;
      }
      colon = rest.indexOf(": ", colon + 2);
    }
    return new ProcessTitle("background worker", "", "", "", rest);
  }

  private static @org.jspecify.annotations.Nullable ProcessTitle named(String text) {
    for (List<String> each : BACKGROUND) {
      if (text.startsWith(each.getFirst())) {
        String activity = text.substring(each.getFirst().length()).strip();
        return each.getLast().equals("autovacuum worker")
            ? new ProcessTitle(each.getLast(), "", activity, "", "")
            : new ProcessTitle(each.getLast(), "", "", "", activity);
      }
    }
    Matcher sender = SENDER.matcher(text);
    if (sender.matches()) {
      String database = sender.group(2) == null ? "" : sender.group(2);
      return new ProcessTitle(
          "walsender", sender.group(1), database, sender.group(3), sender.group(4));
    }
    Matcher client = CLIENT.matcher(text);
    if (client.matches() && !client.group(1).endsWith(":")) {
      return new ProcessTitle(
          "client backend", client.group(1), client.group(2), client.group(3), client.group(4));
    }
    return null;
  }
}

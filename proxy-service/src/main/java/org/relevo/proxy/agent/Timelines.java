package org.relevo.proxy.agent;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.recovery.protocol.ReplicationConnection;
import org.relevo.proxy.recovery.protocol.ServerAddress;

/// The history of a primary: which timelines it comes from and where each was left.
///
/// @param flushed its position when asked
/// @param forks where an older timeline was left, by its number
record Timelines(String systemIdentifier, long current, Lsn flushed, Map<Long, Lsn> forks) {
  Timelines {
    forks = Map.copyOf(forks);
  }

  /// Asks a primary over the replication protocol.
  static Timelines of(ServerAddress primary) throws IOException {
    try (ReplicationConnection connection = ReplicationConnection.open(primary, "relevo agent")) {
      Map<String, String> system =
          connection.query("IDENTIFY_SYSTEM").stream()
              .findFirst()
              .orElseThrow(() -> new IOException("no answer to IDENTIFY_SYSTEM"));
      long current = Long.parseLong(system.getOrDefault("timeline", "0"));
      String history = "";
      if (current > 1) {
        history =
            connection.query("TIMELINE_HISTORY " + current).stream()
                .map(row -> row.getOrDefault("content", ""))
                .findFirst()
                .orElse("");
      }
      return new Timelines(
          system.getOrDefault("systemid", ""),
          current,
          Lsn.parse(system.getOrDefault("xlogpos", "")),
          parse(history));
    } catch (NumberFormatException e) {
      throw new IOException("cannot read the history of " + primary + ": " + e.getMessage(), e);
    }
  }

  /// Lines `<timeline> <position where it was left> <why>`; others are comments.
  static Map<Long, Lsn> parse(String history) {
    Map<Long, Lsn> forks = new TreeMap<>();
    for (String line : history.split("\n", -1)) {
      String[] words = line.strip().split("\\s+", 3);
      if (words.length >= 2 && words[0].matches("\\d{1,10}")) {
        Lsn.tryParse(words[1]).ifPresent(at -> forks.put(Long.parseLong(words[0]), at));
      }
    }
    return forks;
  }

  /// Where a log that ends at a position of a timeline left this history; empty when it is part of
  /// it and can go on from there.
  ///
  /// @param own history of that timeline as the log's server has it: by hand two servers may have
  ///   been promoted to the same number; empty when it is not known
  Optional<Lsn> fork(long timeline, Lsn end, Map<Long, Lsn> own) {
    for (Map.Entry<Long, Lsn> each : new TreeMap<>(own).entrySet()) {
      @Nullable Lsn here = forks.get(each.getKey());
      if (here == null || !here.equals(each.getValue())) {
        return Optional.of(
            here == null || here.compareTo(each.getValue()) > 0 ? each.getValue() : here);
      }
    }
    return fork(timeline, end);
  }

  private Optional<Lsn> fork(long timeline, Lsn end) {
    if (timeline == current) {
      return end.compareTo(flushed) <= 0 ? Optional.empty() : Optional.of(flushed);
    }
    @Nullable Lsn left = forks.get(timeline);
    if (left == null) {
      // Not an ancestor: it left before the newest one that both could have.
      return Optional.of(
          forks.entrySet().stream()
              .filter(each -> each.getKey() < timeline)
              .map(Map.Entry::getValue)
              .max(Lsn::compareTo)
              .orElse(Lsn.ZERO));
    }
    return end.compareTo(left) <= 0 ? Optional.empty() : Optional.of(left);
  }
}

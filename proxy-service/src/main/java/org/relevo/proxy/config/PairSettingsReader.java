package org.relevo.proxy.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.relevo.proxy.cluster.Member.Kind;
import org.relevo.proxy.core.Place;

/// Reads the settings of `quorum = 'pair'`.
///
/// Owner: the thread that reads the configuration.
final class PairSettingsReader {
  private static final String QUORUM = "quorum";
  private static final String KEY = "pair_key_file";
  private static final String WAYS = "heartbeat_paths";
  private static final String PINGS = "pair_ping_nodes";
  private static final String AGENT = "pair_fence_agent";
  private static final String OPTIONS = "pair_fence_options";
  private static final String WARN = "heartbeat_warntime";
  private static final String DEAD = "heartbeat_deadtime";
  private static final int MOST_WAYS = 8;
  private static final int MACHINES = 2;

  /// Who decides when members do not hear each other.
  private enum Deciding {
    MAJORITY,
    PAIR
  }

  private final SettingValues values;
  private final BiConsumer<String, String> warnings;

  PairSettingsReader(SettingValues values, BiConsumer<String, String> warnings) {
    this.values = values;
    this.warnings = warnings;
  }

  boolean asked() {
    return values.choice(Deciding.class, QUORUM) == Deciding.PAIR;
  }

  /// Tells of settings that have no effect without a quorum.
  void refuseWithoutMembers() {
    if (asked()) {
      values.problem(QUORUM, "needs quorum_members with the two machines");
    }
  }

  /// Empty without `quorum = 'pair'`, or with problems.
  Optional<PairConfig> read(List<RaftSettings.Peer> members, RaftSettings.Peer self) {
    if (!asked()) {
      for (String name : List.of(KEY, WAYS, PINGS, AGENT)) {
        if (values.isSet(name)) {
          warnings.accept(name, "has no effect without quorum = 'pair'");
        }
      }
      return Optional.empty();
    }
    boolean two =
        members.size() == MACHINES
            && members.stream().allMatch(member -> member.kind() == Kind.SERVICE);
    if (!two) {
      values.problem(
          QUORUM, "'pair' is for two services without a third; with a witness a majority decides");
      return Optional.empty();
    }
    RaftSettings.Peer other =
        members.stream().filter(member -> !member.equals(self)).findFirst().orElseThrow();
    Optional<Path> key = values.path(KEY);
    if (key.isEmpty()) {
      values.problem(KEY, "is needed: heartbeats that nobody signs could be anybody's");
    }
    Duration keepalive = values.duration("heartbeat_keepalive");
    Duration warn = values.duration(WARN);
    Duration dead = values.duration(DEAD);
    if (warn.compareTo(keepalive.multipliedBy(2)) < 0) {
      values.problem(WARN, "is less than two times heartbeat_keepalive; one may be lost");
    }
    if (dead.compareTo(warn) < 0) {
      values.problem(DEAD, "is less than heartbeat_warntime; raise it");
    }
    List<PairConfig.Way> ways = ways(self, other);
    List<Place> pings = pings();
    Optional<PairConfig.Fence> fence = fence();
    return key.map(file ->
        new PairConfig(
            other,
            file,
            ways,
            keepalive,
            warn,
            dead,
            values.duration("heartbeat_initdead"),
            pings,
            fence,
            values.duration("pair_fence_delay"),
            values.duration("pair_fence_retry")));
  }

  /// `a=10.0.0.1 b=10.0.0.2, a=192.168.9.1 b=192.168.9.2`.
  private List<PairConfig.Way> ways(RaftSettings.Peer self, RaftSettings.Peer other) {
    int port = values.integer("heartbeat_port");
    List<PairConfig.Way> ways = new ArrayList<>();
    for (String text : values.names(WAYS)) {
      Map<String, Place> ends = new LinkedHashMap<>();
      for (String end : text.split("\\s+", -1)) {
        int equals = end.indexOf('=');
        try {
          ends.put(
              end.substring(0, Math.max(0, equals)), Place.parse(end.substring(equals + 1), port));
        } catch (IllegalArgumentException e) {
          values.problem(WAYS, String.valueOf(e.getMessage()));
        }
      }
      Place own = ends.get(self.id().value());
      Place its = ends.get(other.id().value());
      if (own == null || its == null || ends.size() != MACHINES) {
        values.problem(
            WAYS,
            "'%s' is no path; write %s=HOST %s=HOST, paths separated by commas"
                .formatted(text, self.id(), other.id()));
      } else {
        ways.add(new PairConfig.Way(own, its));
      }
    }
    if (ways.size() > MOST_WAYS) {
      values.problem(WAYS, "at most " + MOST_WAYS + " paths");
    }
    if (ways.isEmpty()) {
      ways.add(new PairConfig.Way(new Place(self.host(), port), new Place(other.host(), port)));
    }
    if (ways.size() == 1) {
      warnings.accept(
          WAYS, "one path: when it is cut, each machine takes the other for lost; add a second");
    }
    return ways;
  }

  private List<Place> pings() {
    List<Place> pings = new ArrayList<>();
    for (String text : values.names(PINGS)) {
      try {
        pings.add(Place.parse(text, 0));
      } catch (IllegalArgumentException e) {
        values.problem(PINGS, String.valueOf(e.getMessage()));
      }
    }
    if (pings.size() < MACHINES) {
      warnings.accept(
          PINGS,
          pings.isEmpty()
              ? "none: a machine that is cut off does not know it, and fences the other"
              : "one: when it fails, neither machine may take over; name two");
    }
    return pings;
  }

  private Optional<PairConfig.Fence> fence() {
    Optional<Path> program = values.path(AGENT);
    if (program.isEmpty()) {
      warnings.accept(
          AGENT, "none: when a machine is lost, the other waits for a person (confirm-dead)");
      return Optional.empty();
    }
    Map<String, String> options = new LinkedHashMap<>();
    for (String text : SettingValues.splitQueries(values.text(OPTIONS))) {
      int equals = text.indexOf('=');
      if (equals < 1 || text.contains("\n")) {
        values.problem(OPTIONS, "are written as key=value, separated by semicolons");
      } else {
        options.put(text.substring(0, equals).strip(), text.substring(equals + 1).strip());
      }
    }
    return Optional.of(
        new PairConfig.Fence(program.get(), options, values.duration("pair_fence_timeout")));
  }
}

package org.relevo.proxy.config;

import static java.util.stream.Collectors.joining;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Member.Kind;
import org.relevo.proxy.cluster.MemberId;

/// Reads the settings of section Quorum.
///
/// Owner: the thread that reads the configuration.
final class RaftSettingsReader {
  static final String MEMBERS = "quorum_members";
  private static final String NAME = "member_name";
  private static final String FORM = "write it as name=host:port or name=host:port:witness";
  private static final int MOST_PORT = 65535;

  /// Name, host (in brackets or without a colon), port, witness.
  private static final Pattern MEMBER =
      Pattern.compile(
          "([^=]+)=\\s*(?:\\[([0-9A-Fa-f:.%]+)\\]|([^:\\[\\]\\s]+))"
              + "(?::(\\d{1,5}))?(:witness)?");

  private final SettingValues values;
  private final BiConsumer<String, String> warnings;

  /// @param warnings takes a setting and what its writer should know
  RaftSettingsReader(SettingValues values, BiConsumer<String, String> warnings) {
    this.values = values;
    this.warnings = warnings;
  }

  /// @param kind what the reader of the file is
  /// @param name what it is called when `member_name` does not say
  Optional<RaftSettings> read(Kind kind, String name, String clusterName) {
    PairSettingsReader pair = new PairSettingsReader(values, warnings);
    int port = values.integer("raft_port");
    List<RaftSettings.Peer> members = members(port);
    if (members.isEmpty()) {
      if (values.isSet(NAME) && !values.isSet(MEMBERS)) {
        values.problem(NAME, "has no effect without " + MEMBERS + "; name the members");
      }
      pair.refuseWithoutMembers();
      return Optional.empty();
    }
    check(members, pair.asked());
    String own = values.text(NAME, NAME, name);
    Optional<RaftSettings.Peer> self =
        members.stream().filter(member -> member.id().value().equals(own)).findFirst();
    if (self.isEmpty()) {
      values.problem(
          NAME, "'%s' is not in %s; use one of %s".formatted(own, MEMBERS, names(members)));
      return Optional.empty();
    } else if (self.get().kind() != kind) {
      values.problem(NAME, wrongKind(own, kind));
    }
    Optional<RaftSettings.Files> files = files(members);
    String host = values.text("raft_host", "raft_host", self.get().host());
    return Optional.of(
        new RaftSettings(
            clusterName,
            self.get().id(),
            members,
            host.equals("*") ? "" : host,
            values.isSet("raft_port") ? port : self.get().port(),
            files,
            values.duration("quorum_election_timeout"),
            pair.read(members, self.get())));
  }

  private static String wrongKind(String own, Kind kind) {
    return kind == Kind.WITNESS
        ? "'%s' is a service in %s; add :witness to it or start relevo proxy"
            .formatted(own, MEMBERS)
        : "'%s' is a witness in %s; take :witness away or start relevo witness"
            .formatted(own, MEMBERS);
  }

  private List<RaftSettings.Peer> members(int port) {
    List<RaftSettings.Peer> members = new ArrayList<>();
    for (String each : values.text(MEMBERS).split(",", -1)) {
      if (!each.isBlank()) {
        member(each.strip(), port).ifPresent(members::add);
      }
    }
    return members;
  }

  private Optional<RaftSettings.Peer> member(String text, int usualPort) {
    Matcher parts = MEMBER.matcher(text);
    if (!parts.matches()) {
      values.problem(MEMBERS, "'" + text + "' is not a member; " + FORM);
      return Optional.empty();
    }
    try {
      MemberId id = new MemberId(parts.group(1).strip());
      String host = parts.group(2) == null ? parts.group(3) : parts.group(2);
      int port = parts.group(4) == null ? usualPort : Integer.parseInt(parts.group(4));
      if (port < 1 || port > MOST_PORT) {
        throw new IllegalArgumentException("port " + port + " is outside 1 to " + MOST_PORT);
      }
      Kind kind = parts.group(5) == null ? Kind.SERVICE : Kind.WITNESS;
      return Optional.of(new RaftSettings.Peer(id, kind, host, port));
    } catch (IllegalArgumentException e) {
      values.problem(MEMBERS, "'%s': %s".formatted(text, e.getMessage()));
      return Optional.empty();
    }
  }

  private void check(List<RaftSettings.Peer> members, boolean pair) {
    Map<String, String> seen = new HashMap<>();
    for (RaftSettings.Peer member : members) {
      String name = member.id().value();
      if (seen.putIfAbsent("name " + name, name) != null) {
        values.problem(MEMBERS, "'" + name + "' is there twice; give each member its own name");
      }
      String address = member.host() + ":" + member.port();
      String other = seen.putIfAbsent("address " + address, name);
      if (other != null && !other.equals(name)) {
        values.problem(
            MEMBERS, "%s is at the same address as %s: %s".formatted(name, other, address));
      }
    }
    if (members.size() > ClusterState.MOST_MEMBERS) {
      values.problem(
          MEMBERS,
          "%d members, at most %d; fewer are faster and as safe"
              .formatted(members.size(), ClusterState.MOST_MEMBERS));
    } else if (members.size() == 2 && !pair) {
      warnings.accept(
          MEMBERS,
          "two members do nothing without each other; add a third, a witness is enough"
              + " (or see quorum = 'pair')");
    } else if (members.size() % 2 == 0 && !pair) {
      warnings.accept(
          MEMBERS,
          "%d members survive no more losses than %d; add one or take one away"
              .formatted(members.size(), members.size() - 1));
    }
  }

  private Optional<RaftSettings.Files> files(List<RaftSettings.Peer> members) {
    Optional<Path> certificate = values.path("raft_tls_cert");
    Optional<Path> key = values.path("raft_tls_key");
    Optional<Path> authorities = values.path("raft_tls_ca");
    if (certificate.isPresent() && key.isPresent() && authorities.isPresent()) {
      return Optional.of(new RaftSettings.Files(certificate.get(), key.get(), authorities.get()));
    } else if (certificate.isPresent() || key.isPresent() || authorities.isPresent()) {
      values.problem(
          certificate.isEmpty() ? "raft_tls_cert" : key.isEmpty() ? "raft_tls_key" : "raft_tls_ca",
          "raft_tls_cert, raft_tls_key and raft_tls_ca belong together; name all three files");
      return Optional.empty();
    }
    List<RaftSettings.Peer> elsewhere =
        members.stream().filter(member -> !isLoopback(member.host())).toList();
    if (!elsewhere.isEmpty()) {
      values.problem(
          "raft_tls_cert",
          "%s can be on other machines, so members must prove who they are; name raft_tls_cert,"
                  .formatted(names(elsewhere))
              + " raft_tls_key and raft_tls_ca");
    }
    return Optional.empty();
  }

  /// By its text: asking a name server would not make it safer.
  private static boolean isLoopback(String host) {
    return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.\\d{1,3}){3}");
  }

  private static String names(List<RaftSettings.Peer> members) {
    return members.stream().map(member -> member.id().value()).collect(joining(", "));
  }
}

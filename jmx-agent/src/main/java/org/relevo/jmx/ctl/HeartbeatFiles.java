package org.relevo.jmx.ctl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Heartbeat's `ha.cf`, `haresources` and `authkeys` as settings of a service; everything that has
/// no place there becomes a comment that says why. Pure but for reading the files.
public final class HeartbeatFiles {
  private static final int MOST_BYTES = 1 << 20;

  /// Scripts of what the service takes the place of.
  private static final Set<String> REPLACED =
      Set.of("pgpool", "pgpool2", "pgpool-ii", "relevo", "heartbeat");

  private static final Set<String> WIRES =
      Set.of("bcast", "mcast", "ucast", "serial", "baud", "udpport");
  private static final Set<String> TIMES =
      Set.of("keepalive", "warntime", "deadtime", "deadping", "initdead");
  private static final Set<String> LOGS =
      Set.of("logfacility", "logfile", "debugfile", "use_logd", "debug");

  /// Fence agents of Pacemaker that do what a STONITH plug-in of Heartbeat did.
  private static final Map<String, String> AGENTS =
      Map.of(
          "ipmilan", "fence_ipmilan",
          "external/ipmi", "fence_ipmilan",
          "apcmaster", "fence_apc",
          "apcsmart", "fence_apc",
          "apcmastersnmp", "fence_apc_snmp",
          "external/riloe", "fence_ilo",
          "external/drac5", "fence_drac5",
          "wti_nps", "fence_wti",
          "external/libvirt", "fence_virsh",
          "external/vmware", "fence_vmware_soap");

  private static final int LEAST_KEY = 16;

  private final List<String> lines = new ArrayList<>();
  private final List<String> nodes = new ArrayList<>();
  private final List<String> pings = new ArrayList<>();
  private final boolean pair;
  private boolean failback;
  private String key = "";

  private HeartbeatFiles(boolean pair) {
    this.pair = pair;
  }

  /// @param lines of a configuration
  /// @param key of the heartbeats, "" when there is none that is good enough; a secret
  public record Imported(List<String> lines, String key) {
    public Imported {
      lines = List.copyOf(lines);
    }

    @Override
    public String toString() {
      return lines.size() + " lines";
    }
  }

  /// @param member which of the nodes this is; "" for the first
  /// @param witness as in `quorum_members`, without `:witness`; "" for none
  /// @throws IOException when a file cannot be read, or names no node
  public static Imported read(Path folder, String member, String witness) throws IOException {
    HeartbeatFiles files = new HeartbeatFiles(witness.isEmpty());
    files.lines.add("# From Heartbeat's files in " + folder);
    files.options(content(folder.resolve("ha.cf")));
    if (files.nodes.isEmpty()) {
      throw new IOException(folder.resolve("ha.cf") + " names no node");
    }
    files.members(member.isEmpty() ? files.nodes.getFirst() : member, witness);
    files.resources(content(folder.resolve("haresources")));
    if (Files.exists(folder.resolve("authkeys"))) {
      files.authentication(content(folder.resolve("authkeys")));
    }
    return new Imported(files.lines, files.key);
  }

  /// `auth 1` and `1 sha1 KEY`: the key of that number.
  private void authentication(List<String> content) {
    if (!pair) {
      comment("authkeys: not needed, members show certificates (raft_tls_cert)");
      return;
    }
    String number = "";
    for (String line : content) {
      String[] words = line.split("\\s+", 3);
      if (words[0].equals("auth") && words.length > 1) {
        number = words[1];
      } else if (words[0].equals(number) && words.length > 2) {
        key = words[2];
      }
    }
    if (key.length() < LEAST_KEY) {
      key = "";
      comment("authkeys: its key is no key; make pair_key_file as two-machines.md says");
    } else {
      comment("authkeys: its key goes into pair_key_file, which --write makes");
    }
  }

  private static List<String> content(Path file) throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw new IOException(file + " is too long");
    }
    List<String> content = new ArrayList<>();
    StringBuilder joined = new StringBuilder();
    for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
      String text = line.replaceFirst("#.*", "").strip();
      if (text.endsWith("\\")) {
        joined.append(text, 0, text.length() - 1).append(' ');
      } else if (!(joined + text).isBlank()) {
        content.add((joined + text).strip());
        joined.setLength(0);
      }
    }
    return content;
  }

  private void options(List<String> content) {
    for (String line : content) {
      String[] words = line.split("\\s+", 2);
      String name = words[0].toLowerCase(Locale.ROOT);
      String value = words.length > 1 ? words[1] : "";
      if (name.equals("node")) {
        nodes.addAll(Arrays.asList(value.split("\\s+", -1)));
      } else if (name.equals("auto_failback")) {
        failback = value.equalsIgnoreCase("on");
      } else if (!pair || !ofPair(line, name, value)) {
        withoutUse(line, name);
      }
    }
  }

  private void withoutUse(String line, String name) {
    if (WIRES.contains(name)) {
      comment(line + ": not needed, members talk to raft_port of each other");
    } else if (TIMES.contains(name)) {
      comment(line + ": not needed, lease_duration says how long a silent member keeps anything");
    } else if (LOGS.contains(name)) {
      comment(line + ": the service's log is log_file");
    } else if (name.equals("ping") || name.equals("ping_group") || name.equals("respawn")) {
      comment(line + ": not needed, a majority decides; put a witness beside the router");
    } else {
      comment(line + ": has no meaning here");
    }
  }

  /// What two machines without a third go on using.
  private boolean ofPair(String line, String name, String value) {
    switch (name) {
      case "keepalive", "warntime", "deadtime", "initdead" ->
          set("heartbeat_" + name, value.matches("\\d+") ? value + "s" : value);
      case "udpport" -> set("heartbeat_port", value);
      case "bcast", "mcast", "ucast", "serial", "baud" ->
          comment(
              line
                  + ": heartbeats go between the hosts in quorum_members; name further ways in"
                  + " heartbeat_paths");
      case "ping" -> pings.addAll(Arrays.asList(value.split("\\s+", -1)));
      case "ping_group" ->
          pings.addAll(Arrays.asList(value.split("\\s+", -1)).stream().skip(1).toList());
      case "respawn" -> {
        if (!value.contains("ipfail")) {
          return false;
        }
        comment(line + ": not needed, who does not see pair_ping_nodes lets the addresses go");
      }
      case "stonith", "stonith_host" -> stonith(name, value);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void stonith(String name, String value) {
    String[] words = value.split("\\s+", -1);
    String type = words[name.equals("stonith") || words.length < 2 ? 0 : 1];
    // The rest of the line can be a secret.
    String shown = name + " " + type;
    String agent = AGENTS.get(type);
    if (type.equals("external/ssh") || type.equals("ssh")) {
      comment(shown + ": see scripts/fence/fence_ssh, which is as weak; not set");
    } else if (agent == null) {
      comment(shown + ": name the fence agent of this device in pair_fence_agent");
    } else {
      comment(shown + ": its options, for the other machine, go into pair_fence_options");
      set("pair_fence_agent", "/usr/sbin/" + agent);
    }
  }

  private void pairOf() {
    set("quorum", "pair");
    set("pair_key_file", "pair.key");
    if (!pings.isEmpty()) {
      set("pair_ping_nodes", String.join(", ", pings));
    }
    if (lines.stream().noneMatch(line -> line.startsWith("pair_fence_agent"))) {
      comment(
          "no device switches the other machine off: when one is lost, the other waits for"
              + " relevo ctl confirm-dead (see two-machines.md)");
    }
  }

  private void members(String member, String witness) throws IOException {
    if (!nodes.contains(member)) {
      throw new IOException("'%s' is none of the nodes %s".formatted(member, nodes));
    }
    List<String> all =
        nodes.stream().map(each -> "%s=%s:9900".formatted(each, each)).collect(Collectors.toList());
    if (pair && nodes.size() == 2) {
      pairOf();
    } else if (pair) {
      comment("more than two machines: a majority of them decides");
    } else {
      String place = witness.matches(".*:\\d+") ? witness : witness + ":9900";
      all.add(place + ":witness");
    }
    set("quorum_members", String.join(", ", all));
    set("member_name", member);
    comment("certificates of the members, made as resources/docs/quorum.md says");
    set("raft_tls_cert", "tls/" + member + ".pem");
    set("raft_tls_key", "tls/" + member + ".key");
    set("raft_tls_ca", "tls/quorum-ca.pem");
  }

  private void resources(List<String> content) {
    int groups = 0;
    for (String line : content) {
      List<String> words = Arrays.asList(line.split("\\s+", -1));
      List<String> kept = new ArrayList<>();
      for (String word : words.subList(1, words.size())) {
        if (REPLACED.contains(word.replaceFirst("::.*", "").toLowerCase(Locale.ROOT))) {
          comment(word + ": not started by itself, this service takes its place");
        } else {
          kept.add(word);
        }
      }
      String preferred = preferred(words.getFirst());
      if (kept.isEmpty()) {
        comment(line + ": nothing is left of it");
      } else if (lines.stream().noneMatch(each -> each.startsWith("service_addresses"))) {
        service(preferred, kept);
      } else {
        set("resource_group" + groups, (preferred + " " + String.join(" ", kept)).strip());
        groups++;
      }
    }
    set("service_failback", failback ? "on" : "off");
  }

  private void service(String preferred, List<String> resources) {
    List<String> addresses = resources.stream().filter(HeartbeatFiles::address).toList();
    set("service_addresses", String.join(", ", addresses));
    List<String> others = resources.stream().filter(each -> !address(each)).toList();
    if (!others.isEmpty()) {
      set("service_resources", String.join(" ", others));
    }
    if (!preferred.isEmpty()) {
      set("service_preferred_member", preferred);
    }
    comment("clients come by these addresses, which are not there yet when the service starts");
    set("listen_addresses", "*");
  }

  private static boolean address(String resource) {
    return resource.matches("(IPaddr2?::|IPv6addr::)?[0-9A-Fa-f.:]+(/.*)?")
        && (resource.contains(".") || resource.contains(":"));
  }

  /// A node of another spelling than in `ha.cf` cannot be meant.
  private String preferred(String name) {
    Optional<String> known = nodes.stream().filter(name::equals).findFirst();
    if (known.isEmpty()) {
      comment(
          "haresources prefers '%s', which ha.cf does not name; the first node is".formatted(name));
    }
    return known.orElse(nodes.getFirst());
  }

  private void comment(String text) {
    lines.add("# " + text);
  }

  private void set(String name, String value) {
    lines.add("%s = '%s'".formatted(name, value.replace("'", "''")));
  }
}

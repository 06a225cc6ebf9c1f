package org.relevo.proxy.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// A switch (bridge) with one network namespace per machine; this process is on the switch too.
///
/// A wire is cut by a false link-layer address for the other's address: what is sent is lost
/// without a word, one way, at once, also on connections that are open. Owner: the lab.
final class LabNetwork implements AutoCloseable {
  /// Nobody's.
  private static final String NOBODY = "02:00:00:00:de:ad";

  private static final int MOST_LABS = 200;
  private static final int OWN = 254;
  private static final Path NAMESPACES = Path.of("/run/netns");

  private final String bridge;
  private final String net;
  private final List<String> names = new ArrayList<>();
  private final Map<String, List<String>> each = new HashMap<>();

  private LabNetwork(int number) {
    this.bridge = "rlv" + number;
    this.net = "10.213." + number + ".";
  }

  /// Whether this account and machine can have such networks.
  static boolean available() {
    try {
      return "root".equals(System.getProperty("user.name"))
          && Shell.succeeds("ip netns list")
          && Shell.succeeds("unshare --net true");
    } catch (IOException _) {
      return false;
    }
  }

  /// A network that nobody uses; what labs left whose process is gone is removed.
  static LabNetwork create() throws IOException {
    long pid = ProcessHandle.current().pid();
    for (int number = 0; number < MOST_LABS; number++) {
      LabNetwork network = new LabNetwork(number);
      network.removeIfDead();
      if (Shell.succeeds("ip link add " + network.bridge + " type bridge")) {
        Shell.line("ip link set " + network.bridge + " alias relevo-lab-" + pid);
        Shell.line("ip addr add %s%d/24 dev %s".formatted(network.net, OWN, network.bridge));
        Shell.line("ip link set " + network.bridge + " up");
        return network;
      }
    }
    throw new IOException("no lab network is free");
  }

  /// A new machine on the switch.
  void add(String name) throws IOException {
    names.add(name);
    String outer = bridge + name;
    String space = namespace(name);
    Shell.line("ip netns add " + space);
    Shell.line("ip -n %s link set lo up".formatted(space));
    Shell.line("ip link add %s type veth peer name eth0 netns %s".formatted(outer, space));
    Shell.line("ip link set %s master %s up".formatted(outer, bridge));
    Shell.line("ip -n %s addr add %s/24 dev eth0".formatted(space, address(name)));
    Shell.line("ip -n %s link set eth0 up".formatted(space));
  }

  String address(String name) {
    return net + (names.indexOf(name) + 1);
  }

  /// What all addresses of this network begin with, with the last dot.
  String net() {
    return net;
  }

  boolean has(String name) {
    return names.contains(name);
  }

  /// Whose interface this is; the text itself when nobody's.
  String owner(String mac) throws IOException {
    for (String name : names) {
      if (Shell.line("ip -n %s link show eth0".formatted(namespace(name))).contains(mac)) {
        return name;
      }
    }
    return mac;
  }

  /// A command of `ip` on a machine.
  String ip(String name, String command) throws IOException {
    return Shell.line("ip -n " + namespace(name) + " " + command);
  }

  /// Pulls a machine's cable, or puts it back.
  void cable(String name, boolean in) throws IOException {
    Shell.line("ip link set %s%s %s".formatted(bridge, name, in ? "up" : "down"));
  }

  /// The whole network, as in `pg_hba.conf`.
  String range() {
    return net + "0/24";
  }

  /// What every command on this machine begins with, from now on.
  void onEach(String name, List<String> words) {
    each.put(name, List.copyOf(words));
  }

  /// What a command begins with that is to run on this machine.
  List<String> prefix(String name) {
    List<String> words = new ArrayList<>();
    words.add("nsenter");
    words.add("--net=" + NAMESPACES.resolve(namespace(name)));
    words.addAll(each.getOrDefault(name, List.of()));
    return words;
  }

  /// All processes on this machine.
  List<Long> processes(String name) throws IOException {
    return Arrays.stream(Shell.line("ip netns pids " + namespace(name)).split("\\s+"))
        .filter(pid -> !pid.isEmpty())
        .map(Long::valueOf)
        .toList();
  }

  /// What `from` sends to `to` is lost.
  void cut(String from, String to) throws IOException {
    Shell.line(
        "ip -n %s neigh replace %s lladdr %s dev eth0 nud permanent"
            .formatted(namespace(from), address(to), NOBODY));
  }

  /// What this process and its clients send to `to` is lost.
  void cutClients(String to) throws IOException {
    Shell.line(
        "ip neigh replace %s lladdr %s dev %s nud permanent"
            .formatted(address(to), NOBODY, bridge));
  }

  /// Nothing passes between the two.
  void cutBoth(String one, String other) throws IOException {
    cut(one, other);
    cut(other, one);
  }

  /// Nothing passes between this machine and all others; clients still reach it.
  void isolate(String name) throws IOException {
    for (String other : names) {
      if (!other.equals(name)) {
        cutBoth(name, other);
      }
    }
  }

  /// All wires are whole again.
  void heal() throws IOException {
    for (String from : names) {
      for (String to : names) {
        if (!from.equals(to)) {
          mend("-n " + namespace(from) + " ", address(to), "eth0");
        }
      }
      mend("", address(from), bridge);
    }
  }

  private static void mend(String where, String address, String device) throws IOException {
    String shown = Shell.line("ip %sneigh show %s dev %s".formatted(where, address, device));
    if (shown.contains(NOBODY)) {
      Shell.line("ip %sneigh del %s dev %s".formatted(where, address, device));
    }
  }

  private String namespace(String name) {
    return bridge + "-" + name;
  }

  private void removeIfDead() throws IOException {
    Path alias = Path.of("/sys/class/net", bridge, "ifalias");
    if (!Files.exists(alias)) {
      return;
    }
    String owner = Files.readString(alias).strip().replaceFirst("relevo-lab-", "");
    if (owner.matches("\\d{1,18}")
        && ProcessHandle.of(Long.parseLong(owner)).filter(ProcessHandle::isAlive).isEmpty()) {
      try (var spaces = Files.list(NAMESPACES)) {
        Set<String> left = new TreeSet<>();
        spaces
            .map(each -> each.getFileName().toString())
            .filter(each -> each.startsWith(bridge + "-"))
            .forEach(left::add);
        left.forEach(each -> names.add(each.substring(bridge.length() + 1)));
      }
      close();
      names.clear();
    }
  }

  /// Ends what still runs on its machines, and removes them.
  @Override
  public void close() throws IOException {
    for (String name : names) {
      Shell.signal("KILL", processes(name));
      // At once: the namespace itself ends only with its last process.
      Shell.succeeds("ip link del " + bridge + name);
      Shell.line("ip netns del " + namespace(name));
    }
    Shell.line("ip link del " + bridge);
  }
}

package org.relevo.proxy.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.relevo.proxy.netlink.AddressSampler;
import org.relevo.proxy.testkit.JavaProgram;

/// Who had the service address when, sampled every 10 ms from a machine that has no other part.
///
/// Owner: the test.
final class AddressWatch implements AutoCloseable {
  static final String MACHINE = "s";

  private final LabNetwork network;
  private final JavaProgram program;

  /// Names of machines by their link-layer addresses, which never change.
  private final Map<String, String> owners = new ConcurrentHashMap<>();

  /// @param atNs of the monotonic clock, which all processes share
  /// @param holders machines that answered; until the next change
  record Change(long atNs, Set<String> holders) {}

  /// @param folder takes what the sampler writes
  AddressWatch(LabNetwork network, Path folder) throws IOException {
    this.network = network;
    if (!network.has(MACHINE)) {
      network.add(MACHINE);
    }
    program =
        JavaProgram.start(
            folder,
            network.prefix(MACHINE),
            List.of(),
            AddressSampler.class.getName(),
            List.of("eth0", network.net() + LabAddress.LAST));
    Patience.until("the sampler runs", () -> !changes().isEmpty());
  }

  List<Change> changes() throws IOException {
    List<Change> all = new ArrayList<>();
    String text = program.output();
    for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
      String[] words = line.split(" ", 2);
      Set<String> holders = new TreeSet<>();
      for (String mac : Arrays.asList(words[1].split(",", -1))) {
        if (!mac.isEmpty()) {
          holders.add(owner(mac));
        }
      }
      all.add(new Change(Long.parseLong(words[0]), holders));
    }
    return all;
  }

  private String owner(String mac) throws IOException {
    String known = owners.get(mac);
    if (known == null) {
      known = network.owner(mac);
      owners.put(mac, known);
    }
    return known;
  }

  /// Who answers now.
  Set<String> now() throws IOException {
    return changes().getLast().holders();
  }

  /// Moments in which more than one machine answered.
  List<Change> doubles() throws IOException {
    return changes().stream().filter(each -> each.holders().size() > 1).toList();
  }

  /// Milliseconds from a moment to the first answer of this machine alone.
  ///
  /// @throws IllegalStateException when there was none yet
  long firstMs(long fromNs, String machine) throws IOException {
    return changes().stream()
        .filter(each -> each.atNs() >= fromNs && each.holders().equals(Set.of(machine)))
        .findFirst()
        .map(each -> (each.atNs() - fromNs) / 1_000_000)
        .orElseThrow(() -> new IllegalStateException(machine + " has not answered"));
  }

  /// Longest time since a moment in which nobody answered.
  long longestGapMs(long fromNs) throws IOException {
    long longest = 0;
    List<Change> all = changes();
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).holders().isEmpty() && all.get(i).atNs() >= fromNs) {
        long end = i + 1 < all.size() ? all.get(i + 1).atNs() : System.nanoTime();
        longest = Math.max(longest, end - all.get(i).atNs());
      }
    }
    return longest / 1_000_000;
  }

  /// For people.
  String told() throws IOException {
    List<Change> all = changes();
    long first = all.getFirst().atNs();
    return all.stream()
        .map(each -> "%d ms %s".formatted((each.atNs() - first) / 1_000_000, each.holders()))
        .collect(Collectors.joining("; "));
  }

  @Override
  public void close() {
    program.close();
  }
}

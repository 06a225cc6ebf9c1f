package org.relevo.proxy.lab;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.relevo.jmx.contract.OperationStatus;

/// Random faults of a cluster, and the way back from each.
///
/// Owner: the thread that runs them.
final class Faults {
  /// What can happen; each is undone by [#repair].
  enum Fault {
    POSTMASTER_KILLED,
    SERVICE_KILLED,
    MACHINE_KILLED,
    MACHINE_FROZEN,
    SERVICE_FROZEN,
    ISOLATED,
    MUTE,
    DEAF,
    PAIR_CUT,
    WITNESS_KILLED,
    SWITCHOVER
  }

  private final ClusterLab lab;
  private final Random random;

  Faults(ClusterLab lab, long seed) {
    this.lab = lab;
    this.random = new Random(seed);
  }

  /// Does something; more often to the primary's machine than to others.
  ///
  /// @return what was done, for people
  String one() throws Exception {
    Fault fault = pick(List.of(Fault.values()));
    LabMember victim = victim();
    switch (fault) {
      case POSTMASTER_KILLED -> {
        if (victim.postmaster().isPresent()) {
          victim.killPostmaster();
        }
      }
      case SERVICE_KILLED -> victim.killService();
      case MACHINE_KILLED -> victim.killAll();
      case MACHINE_FROZEN -> victim.freeze();
      case SERVICE_FROZEN -> victim.signalService("STOP");
      case ISOLATED -> lab.network().isolate(victim.name);
      case MUTE -> others(victim, other -> lab.network().cut(victim.name, other.name));
      case DEAF -> others(victim, other -> lab.network().cut(other.name, victim.name));
      case PAIR_CUT -> {
        LabMember other = pick(lab.members().stream().filter(each -> each != victim).toList());
        lab.network().cutBoth(victim.name, other.name);
        return fault + " " + victim + " " + other;
      }
      case WITNESS_KILLED -> {
        LabMember witness = lab.members().getLast();
        witness.killService();
        return fault + " " + witness;
      }
      case SWITCHOVER -> {
        return fault + " " + switchover();
      }
    }
    return fault + " " + victim;
  }

  /// Undoes whatever was done: wires, frozen and killed processes. Servers are their agents' turn.
  void repair() throws IOException {
    lab.network().heal();
    for (LabMember member : lab.members()) {
      member.thaw();
      if (!member.serviceRuns()) {
        member.launch();
      }
    }
  }

  int between(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  private LabMember victim() {
    List<LabMember> primaries = lab.nodes().stream().filter(LabMember::isPrimary).toList();
    return random.nextInt(3) > 0 && !primaries.isEmpty() ? primaries.getFirst() : pick(lab.nodes());
  }

  private String switchover() {
    try {
      OperationStatus status = LabControl.switchover(lab.nodes().getFirst(), -1);
      return "to %d: %s".formatted(status.toNodeId(), status.state());
    } catch (IOException | RuntimeException | AssertionError e) {
      return "refused: " + e.getMessage().lines().findFirst().orElse("");
    }
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private interface Cut {
    void run(LabMember other) throws IOException;
  }

  private void others(LabMember one, Cut cut) throws IOException {
    for (LabMember other : lab.members()) {
      if (other != one) {
        cut.run(other);
      }
    }
  }
}

package org.relevo.proxy.control.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.Member;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.cluster.NodeState.Goal;
import org.relevo.proxy.cluster.SyncRule;
import org.relevo.proxy.core.BackendId;

/// A cluster: machines 0 to `servers - 1` have a server and a service each, the others a witness.
record Shape(int servers, int witnesses, SyncRule sync) {
  static Shape of(long seed) {
    SplittableRandom random = new SplittableRandom(seed + 77);
    int[][] sizes = {{2, 1}, {2, 1}, {3, 0}, {3, 0}, {3, 2}, {5, 0}, {1, 0}};
    int[] size = sizes[random.nextInt(sizes.length)];
    boolean quorum = random.nextInt(4) > 0;
    int need = size[0] == 5 ? 1 + random.nextInt(2) : 1;
    SyncRule rule =
        quorum
            ? new SyncRule(SyncRule.Mode.QUORUM, need, random.nextBoolean(), 0)
            : new SyncRule(SyncRule.Mode.ASYNC, 0, false, random.nextInt(3) * 2000L);
    return new Shape(size[0], size[1], rule);
  }

  int machines() {
    return servers + witnesses;
  }

  Command.Found founding() {
    List<Member> members = new ArrayList<>();
    List<Command.Found.Node> nodes = new ArrayList<>();
    for (int machine = 0; machine < machines(); machine++) {
      boolean witness = machine >= servers;
      members.add(
          new Member(
              new MemberId("m" + machine),
              witness ? Member.Kind.WITNESS : Member.Kind.SERVICE,
              "127.0.0.1",
              1000 + machine,
              witness ? SimMember.nodes() : SimMember.nodes(machine)));
      if (!witness) {
        nodes.add(
            new Command.Found.Node(
                new BackendId(machine), machine == 4 ? 0 : 100, Goal.STANDBY, true));
      }
    }
    return new Command.Found("1", members, nodes, sync, new Command.Why(0, "test", "", ""));
  }
}

package org.relevo.proxy.consensus;

import org.relevo.proxy.cluster.Applied;
import org.relevo.proxy.cluster.ClusterMachine;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;

/// What a log applies its commands with. The same on every member: no clock, no randomness, no I/O.
public interface Machine {
  ClusterState initial();

  /// Never fails for a command that came out of the log; one that does not fit is refused.
  Applied apply(ClusterState state, Command command);

  /// That of the cluster.
  static Machine ofCluster() {
    return new Machine() {
      @Override
      public ClusterState initial() {
        return ClusterMachine.initial();
      }

      @Override
      public Applied apply(ClusterState state, Command command) {
        return ClusterMachine.apply(state, command);
      }
    };
  }
}

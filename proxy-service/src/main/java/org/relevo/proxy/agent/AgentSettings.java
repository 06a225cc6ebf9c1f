package org.relevo.proxy.agent;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.relevo.jmx.pgctl.PgBinaries;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.recovery.CopyOptions;

/// What an agent needs to know.
///
/// @param node the agent's own server; its data directory is on this machine
/// @param nodes all servers of the cluster, `node` among them
/// @param replicationUser role that standbys follow with
/// @param replicationPassword asked for when a standby is set up; ends in its private password file
/// @param stateDirectory where the agents of this service keep what must survive it
/// @param slots whether standbys have replication slots
/// @param fenceCommand asked for at each use; "" for none
/// @param copy how a copy of a server is made; asked for at each
public record AgentSettings(
    NodeSettings node,
    List<NodeSettings> nodes,
    PgBinaries binaries,
    String replicationUser,
    Supplier<String> replicationPassword,
    Path stateDirectory,
    boolean slots,
    Supplier<String> fenceCommand,
    Supplier<CopyOptions> copy,
    AgentLimits limits) {
  /// With copies as usual.
  public AgentSettings(
      NodeSettings node,
      List<NodeSettings> nodes,
      PgBinaries binaries,
      String replicationUser,
      Supplier<String> replicationPassword,
      Path stateDirectory,
      boolean slots,
      Supplier<String> fenceCommand,
      AgentLimits limits) {
    this(
        node,
        nodes,
        binaries,
        replicationUser,
        replicationPassword,
        stateDirectory,
        slots,
        fenceCommand,
        () -> CopyOptions.USUAL,
        limits);
  }

  public AgentSettings {
    nodes = List.copyOf(nodes);
    if (node.dataDirectory().isEmpty()) {
      throw new IllegalArgumentException(
          "the data directory of " + node.id() + " is not on this machine");
    }
  }

  BackendId id() {
    return node.id();
  }

  Path data() {
    return node.dataDirectory().orElseThrow().toAbsolutePath().normalize();
  }

  /// Where the server logs when the agent starts it.
  Path serverLog() {
    return node.serverLog().orElseGet(() -> data().resolveSibling(data().getFileName() + ".log"));
  }

  NodeSettings other(BackendId id) throws ActionFailure {
    Optional<NodeSettings> found = nodes.stream().filter(each -> each.id().equals(id)).findFirst();
    return found.orElseThrow(() -> new ActionFailure(id + " is not configured here"));
  }

  /// Without passwords.
  @Override
  public String toString() {
    return node.toString();
  }
}

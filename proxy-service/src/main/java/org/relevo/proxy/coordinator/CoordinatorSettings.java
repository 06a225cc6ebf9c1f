package org.relevo.proxy.coordinator;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.relevo.jmx.pgctl.PgBinaries;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.health.HealthSettings;
import org.relevo.proxy.health.NodeSettings;

/// What the coordinator is made from.
///
/// @param proxyId this service's own name
/// @param mode pgpool's `backend_clustering_mode`
/// @param stateDirectory this service's own folder, for `operation.json`
/// @param binaries PostgreSQL's programs on this machine, empty when there are none
public record CoordinatorSettings(
    String clusterName,
    String proxyId,
    String version,
    String mode,
    List<NodeSettings> nodes,
    HealthSettings health,
    SwitchoverSettings switchover,
    Path stateDirectory,
    Optional<PgBinaries> binaries,
    ReplicationLogin replication) {
  public CoordinatorSettings {
    nodes = List.copyOf(nodes);
    if (nodes.stream().map(NodeSettings::id).distinct().count() != nodes.size()) {
      throw new IllegalArgumentException("two nodes have the same id");
    }
  }

  public Optional<NodeSettings> node(BackendId id) {
    return nodes.stream().filter(node -> node.id().equals(id)).findFirst();
  }
}

package org.relevo.proxy.console;

import java.util.List;
import java.util.Set;
import org.relevo.jmx.contract.ClientInfo;
import org.relevo.jmx.contract.PoolStatus;
import org.relevo.jmx.contract.QueueEntry;
import org.relevo.jmx.contract.ServerConnectionInfo;

/// The traffic at one moment; parts that were not asked for are empty.
///
/// @param takenAtEpochMs when
/// @param queue longest wait first
public record Picture(
    long takenAtEpochMs,
    List<ClientInfo> clients,
    List<ServerConnectionInfo> servers,
    List<PoolStatus> pools,
    List<QueueEntry> queue) {
  /// What a picture can hold.
  public enum Part {
    CLIENTS,
    SERVERS,
    POOLS,
    QUEUE
  }

  public static final Set<Part> NOTHING = Set.of();

  public Picture {
    clients = List.copyOf(clients);
    servers = List.copyOf(servers);
    pools = List.copyOf(pools);
    queue = List.copyOf(queue);
  }

  public static Picture empty(long takenAtEpochMs) {
    return new Picture(takenAtEpochMs, List.of(), List.of(), List.of(), List.of());
  }
}

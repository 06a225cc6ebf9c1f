package org.relevo.proxy.coordinator;

import java.util.List;
import org.relevo.proxy.core.TrafficGate;

/// The gates of the cluster's other services, as they are reachable now.
@FunctionalInterface
public interface PeerGates {
  PeerGates NONE = List::of;

  /// @param proxyId name of the service
  record Peer(String proxyId, TrafficGate gate) {}

  /// One for each service that must hold its clients; a service that cannot be reached is listed
  /// too, with a gate whose calls fail, so that an operation does not start without it.
  List<Peer> peers();
}

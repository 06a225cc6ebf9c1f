package org.relevo.proxy.session;

import java.util.concurrent.atomic.AtomicInteger;
import org.relevo.proxy.core.ClusterViews;

/// What all sessions of a service share.
///
/// Owner: none; every part is thread-safe.
public final class SessionHub {
  private final ClusterViews views;
  private final ServerConnector connector;
  private final CancelDesk cancelDesk = new CancelDesk();
  private final HostilePeers hostilePeers = new HostilePeers();
  private final AtomicInteger clients = new AtomicInteger();
  private volatile SessionSettings settings;

  public SessionHub(ClusterViews views, ServerConnector connector, SessionSettings settings) {
    this.views = views;
    this.connector = connector;
    this.settings = settings;
  }

  public void settings(SessionSettings replaced) {
    settings = replaced;
  }

  SessionSettings settings() {
    return settings;
  }

  ClusterViews views() {
    return views;
  }

  ServerConnector connector() {
    return connector;
  }

  CancelDesk cancelDesk() {
    return cancelDesk;
  }

  HostilePeers hostilePeers() {
    return hostilePeers;
  }

  /// @return false when there are as many clients as may be
  boolean admit() {
    if (clients.incrementAndGet() <= settings.maxClients()) {
      return true;
    }
    clients.decrementAndGet();
    return false;
  }

  void dismiss() {
    clients.decrementAndGet();
  }
}

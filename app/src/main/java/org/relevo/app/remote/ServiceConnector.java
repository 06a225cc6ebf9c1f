package org.relevo.app.remote;

/// Opens connections. Blocks for at most the time the request allows.
@FunctionalInterface
public interface ServiceConnector {
  ServiceConnection connect(ConnectRequest request) throws ConnectFailure;
}

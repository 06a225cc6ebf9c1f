package org.relevo.proxy.auth;

/// Decides who may come in; replaced as a whole by a reload.
public interface Authentication {
  /// Begins one client's login. The first message may be sent before this returns.
  ClientLogin begin(ClientFacts client, ClientLogin.Peer peer);
}

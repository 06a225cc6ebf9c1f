package org.relevo.proxy.auth;

/// What one authentication method does with a client. Owner: the client's event loop.
///
/// Both methods may throw [org.relevo.proxy.wire.WireException] and
/// [org.relevo.proxy.wire.LoginRefused], which end the login.
interface Exchange {
  void begin();

  /// A password message without its header.
  void message(byte[] body);
}

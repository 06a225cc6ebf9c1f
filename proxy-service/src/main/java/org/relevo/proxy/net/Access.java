package org.relevo.proxy.net;

import org.relevo.proxy.auth.Authentication;
import org.relevo.proxy.server.Logins;
import org.relevo.proxy.server.ServerSecurity;
import org.relevo.proxy.tls.ClientTls;

/// Who comes in and how encrypted, and how the service comes in at servers.
public record Access(
    Authentication authentication, Logins logins, ServerSecurity security, ClientTls clientTls) {
  /// Without encrypted clients.
  public Access(Authentication authentication, Logins logins, ServerSecurity security) {
    this(authentication, logins, security, ClientTls.off());
  }
}

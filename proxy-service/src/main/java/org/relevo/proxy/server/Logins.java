package org.relevo.proxy.server;

import org.relevo.proxy.auth.Credentials;
import org.relevo.proxy.auth.ServerFacts;
import org.relevo.proxy.auth.ServerLogin;

/// How the service proves to a server that it may act for a role.
@FunctionalInterface
public interface Logins {
  ServerLogin begin(Credentials credentials, ServerFacts facts, ServerLogin.Peer server);
}

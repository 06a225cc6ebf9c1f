package org.relevo.jmx.server;

import java.security.Principal;

/// Carries the caller inside the connection's subject.
record CallerPrincipal(Caller caller) implements Principal {
  @Override
  public String getName() {
    return caller.user();
  }
}

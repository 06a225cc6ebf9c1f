package org.relevo.proxy.failover;

import org.relevo.proxy.core.BackendId;

/// A configured server as far as decisions need it.
public record NodeSpec(BackendId id, String name, String host, int port) {}

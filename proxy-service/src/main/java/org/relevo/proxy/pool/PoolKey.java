package org.relevo.proxy.pool;

import org.relevo.proxy.core.BackendId;

/// Whose connections may serve each other's clients.
public record PoolKey(BackendId node, String database, String user) {}

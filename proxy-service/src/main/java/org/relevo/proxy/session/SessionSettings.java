package org.relevo.proxy.session;

import java.time.Duration;

/// What sessions are allowed; replaced as a whole by a reload.
public record SessionSettings(
    int maxClients,
    Duration authenticationTimeout,
    Duration connectTimeout,
    Duration primaryWaitTimeout,
    boolean replicationAllowed) {}

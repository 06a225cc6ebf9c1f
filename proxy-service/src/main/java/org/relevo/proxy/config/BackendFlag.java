package org.relevo.proxy.config;

/// What may be done with a node (`backend_flagN`).
public enum BackendFlag {
  ALLOW_TO_FAILOVER,
  DISALLOW_TO_FAILOVER,
  ALWAYS_PRIMARY
}

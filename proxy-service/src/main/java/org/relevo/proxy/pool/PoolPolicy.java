package org.relevo.proxy.pool;

/// Which settings hold for whom; replaced as a whole by a reload.
@FunctionalInterface
public interface PoolPolicy {
  PoolSettings settings(String database, String user);
}

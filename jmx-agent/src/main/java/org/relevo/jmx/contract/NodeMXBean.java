package org.relevo.jmx.contract;

/// One PostgreSQL server.
public interface NodeMXBean {
  NodeInfo getInfo();
}

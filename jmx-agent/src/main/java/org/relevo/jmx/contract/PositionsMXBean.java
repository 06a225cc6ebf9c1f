package org.relevo.jmx.contract;

/// Positions in the write-ahead log as this service samples them for routing.
public interface PositionsMXBean {
  PositionsStatus getStatus();
}

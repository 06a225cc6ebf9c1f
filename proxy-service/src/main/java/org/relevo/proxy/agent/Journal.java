package org.relevo.proxy.agent;

import org.relevo.jmx.contract.LogLevel;

/// Where the agent tells what it did, for people: the service's event journal, which logs too.
@FunctionalInterface
public interface Journal {
  /// @param name fixed event name
  /// @param text `key=value` pairs; never a secret
  void record(LogLevel level, String name, String text);
}

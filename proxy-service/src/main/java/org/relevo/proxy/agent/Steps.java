package org.relevo.proxy.agent;

/// Told before each step of an action that leaves traces; tests stop an agent there for ever.
@FunctionalInterface
interface Steps {
  Steps NONE = _ -> {};

  void at(String step) throws InterruptedException;
}

package org.relevo.proxy.routing;

/// Rules of the [Router], in the order in which they are asked. Each is a row of
/// `resources/docs/routing.md`.
public enum Reason {
  NOT_UNDERSTOOD,
  WRITE,
  BALANCED
}

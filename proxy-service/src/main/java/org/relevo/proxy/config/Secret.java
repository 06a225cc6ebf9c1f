package org.relevo.proxy.config;

/// A password that no log line or error message shows by accident.
public record Secret(String value) {
  public static final Secret NONE = new Secret("");

  public boolean isEmpty() {
    return value.isEmpty();
  }

  @Override
  public String toString() {
    return isEmpty() ? "" : "****";
  }
}

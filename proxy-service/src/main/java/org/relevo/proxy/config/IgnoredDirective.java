package org.relevo.proxy.config;

/// A pgpool-II directive that was accepted without effect.
///
/// @param place `file:line`
public record IgnoredDirective(String key, String place, String reason) {
  @Override
  public String toString() {
    return "ignored: " + key + " (" + place + "): " + reason;
  }
}

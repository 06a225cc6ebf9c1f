package org.relevo.proxy.config;

/// Something of a usable configuration that its writer should know.
///
/// @param place `file:line`
/// @param message what it is taken as, and what to write instead
public record ConfigWarning(String place, String key, String message) {
  @Override
  public String toString() {
    return key + " (" + place + "): " + message;
  }
}

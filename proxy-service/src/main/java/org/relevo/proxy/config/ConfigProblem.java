package org.relevo.proxy.config;

/// One thing that is wrong with a configuration.
///
/// @param place `file:line`, or `file` when a setting is missing
/// @param key setting, or `syntax`
/// @param message what is wrong and what to do about it
public record ConfigProblem(String place, String key, String message) {
  @Override
  public String toString() {
    return place + ": " + key + ": " + message;
  }
}

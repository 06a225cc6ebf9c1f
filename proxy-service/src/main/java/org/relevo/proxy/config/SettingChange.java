package org.relevo.proxy.config;

/// A setting that differs between two configurations; secrets are masked.
///
/// @param reloadable whether it takes effect without a restart
public record SettingChange(String key, String before, String after, boolean reloadable) {
  @Override
  public String toString() {
    return key + " '" + before + "' -> '" + after + "'" + (reloadable ? "" : " (needs a restart)");
  }
}

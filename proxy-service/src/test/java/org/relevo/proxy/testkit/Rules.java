package org.relevo.proxy.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.relevo.proxy.config.ConfigException;
import org.relevo.proxy.config.ProxyConfig;
import org.relevo.proxy.routing.RoutingRules;

/// Balancing rules as a configuration file has them.
public final class Rules {
  private Rules() {}

  /// @param settings lines, or assignments between ` & `
  public static RoutingRules of(String settings) {
    if (settings.isBlank()) {
      return RoutingRules.DEFAULT;
    }
    try {
      Path file = Files.createTempFile("relevo-rules", ".conf");
      try {
        Files.writeString(file, "backend_hostname0 = 'a'\n" + settings.replace(" & ", "\n") + "\n");
        return ProxyConfig.load(file).routing();
      } catch (ConfigException e) {
        throw new IllegalArgumentException(e);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package org.relevo.app.remote;

import java.util.Optional;
import java.util.function.Supplier;
import org.relevo.jmx.client.MissingMBeanException;

/// Asks for what only some services have.
public final class Presence {
  private Presence() {}

  /// @return empty when the service does not have that MBean
  public static <T> Optional<T> of(Supplier<T> question) {
    try {
      return Optional.of(question.get());
    } catch (MissingMBeanException e) {
      return Optional.empty();
    }
  }
}

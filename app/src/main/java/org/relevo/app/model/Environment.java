package org.relevo.app.model;

import java.util.Arrays;
import java.util.Locale;

/// What a cluster is used for, as the person said when connecting. Word and colour stand on the
/// frame of everything that shows or changes it, so that nobody mistakes production for a test.
public enum Environment {
  /// Not said.
  NONE,
  TEST,
  STAGING,
  PRODUCTION;

  /// As it is stored; "" for [#NONE].
  public String id() {
    return this == NONE ? "" : name().toLowerCase(Locale.ROOT);
  }

  /// @return [#NONE] for what is not known
  public static Environment of(String id) {
    return Arrays.stream(values())
        .filter(environment -> environment.id().equals(id))
        .findFirst()
        .orElse(NONE);
  }

  public String textKey() {
    return "environment." + name();
  }

  public String styleClass() {
    return "env-" + name().toLowerCase(Locale.ROOT);
  }
}

package org.relevo.proxy.config;

import java.util.List;
import java.util.stream.Collectors;

/// A configuration that cannot be used; carries every problem that was found, one line each.
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<ConfigProblem> problems;

  public ConfigException(List<ConfigProblem> problems) {
    super(problems.stream().map(ConfigProblem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  public List<ConfigProblem> problems() {
    return problems;
  }
}

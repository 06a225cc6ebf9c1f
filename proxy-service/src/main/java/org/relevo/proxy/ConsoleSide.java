package org.relevo.proxy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.relevo.proxy.config.ConfigProblem;
import org.relevo.proxy.config.ProxyConfig;
import org.relevo.proxy.config.Reload;
import org.relevo.proxy.config.SettingState;
import org.relevo.proxy.console.ConsoleException;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.session.ServiceSide;

/// The service as the console shows it: its version and its configuration.
///
/// Owner: none; [Reload] lets one caller in at a time.
final class ConsoleSide implements ServiceSide {
  /// A reload reads files and looks names up.
  private static final Executor ELSEWHERE =
      task -> Thread.ofVirtual().name("console-reload").start(task);

  private final String version;
  private final Reload reload;

  ConsoleSide(String version, Reload reload) {
    this.version = version;
    this.reload = reload;
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public List<SettingState> settings() {
    return reload.current().settings();
  }

  @Override
  public double weight(BackendId node) {
    return reload.current().backends().stream()
        .filter(backend -> backend.id().equals(node))
        .mapToDouble(ProxyConfig.Backend::weight)
        .findFirst()
        .orElse(0);
  }

  @Override
  public CompletionStage<Void> reload(String who) {
    return CompletableFuture.runAsync(
        () -> {
          Reload.Outcome outcome = reload.reload("\"" + who + "\"");
          if (!outcome.applied()) {
            List<ConfigProblem> problems = outcome.problems();
            throw new ConsoleException(
                "F0000",
                problems.isEmpty() ? "nothing was applied" : problems.getFirst().toString(),
                problems.size() + " problems; nothing was changed.");
          }
        },
        ELSEWHERE);
  }
}

package org.relevo.proxy;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.relevo.proxy.config.ConfigProblem;
import org.relevo.proxy.config.ProxyConfig;
import org.relevo.proxy.config.Reload;
import org.relevo.proxy.config.SettingState;
import org.relevo.proxy.console.ConsoleException;
import org.relevo.proxy.console.NodeState;
import org.relevo.proxy.coordinator.Coordinator;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.health.ProbeFigures;
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
  private final Coordinator coordinator;
  private volatile Function<BackendId, String> synchronous = _ -> "";

  ConsoleSide(String version, Reload reload, Coordinator coordinator) {
    this.version = version;
    this.reload = reload;
    this.coordinator = coordinator;
  }

  /// Who knows of a standby whether commits wait for it.
  void synchronous(Function<BackendId, String> known) {
    synchronous = known;
  }

  @Override
  public Optional<NodeState.Health> health(BackendId node) {
    ProbeFigures.Figures probes = coordinator.probes(node);
    return Optional.of(
        new NodeState.Health(
            probes.rounds(),
            probes.succeeded(),
            probes.failed(),
            0,
            probes.retried(),
            probes.mostRetries(),
            probes.longestMs(),
            probes.shortestMs(),
            probes.averageMs(),
            probes.lastEpochMs(),
            probes.lastSuccessEpochMs(),
            -1,
            probes.lastFailureEpochMs()));
  }

  @Override
  public Replication replication(BackendId node) {
    boolean streams =
        coordinator
            .lastAnswer(node)
            .filter(answer -> answer.role() == NodeView.Role.STANDBY && answer.streaming())
            .isPresent();
    return streams
        ? new Replication("streaming", synchronous.apply(node))
        : new Replication("", "");
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

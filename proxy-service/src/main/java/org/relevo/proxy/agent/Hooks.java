package org.relevo.proxy.agent;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.relevo.jmx.contract.LogLevel;

/// Commands of the operator that run beside what the service does: nothing waits for them, each has
/// a deadline, and what it said is in the journal.
///
/// Owner: none; each call runs on a virtual thread of its own.
public final class Hooks {
  /// Commands as configured now, "" for none.
  ///
  /// @param limit after which a command and all that it started is killed
  public record Settings(
      String failoverCommand, String failbackCommand, String followCommand, Duration limit) {}

  private final Supplier<Settings> settings;
  private final Journal journal;

  public Hooks(Supplier<Settings> settings, Journal journal) {
    this.settings = settings;
    this.journal = journal;
  }

  /// A server was lost or taken out.
  ///
  /// @param newMain [HookNode#NONE] when no server is left
  /// @return whether it ran and said that it succeeded; true when there is none
  public CompletionStage<Boolean> failover(
      HookNode lost, HookNode newMain, HookNode oldMain, HookNode oldPrimary) {
    return run(
        "failover_command",
        settings.get().failoverCommand(),
        Placeholders.of(lost, newMain, oldMain, oldPrimary));
  }

  /// A server is used again.
  public CompletionStage<Boolean> failback(
      HookNode returned, HookNode newMain, HookNode oldMain, HookNode oldPrimary) {
    return run(
        "failback_command",
        settings.get().failbackCommand(),
        Placeholders.of(returned, newMain, oldMain, oldPrimary));
  }

  /// After a change of the primary, for each other server.
  public CompletionStage<Boolean> followPrimary(
      HookNode follower, HookNode newPrimary, HookNode oldMain, HookNode oldPrimary) {
    return run(
        "follow_primary_command",
        settings.get().followCommand(),
        Placeholders.of(follower, newPrimary, oldMain, oldPrimary));
  }

  private CompletionStage<Boolean> run(
      String name, String template, Map<Character, String> values) {
    CompletableFuture<Boolean> end = new CompletableFuture<>();
    if (template.isBlank()) {
      end.complete(true);
      return end;
    }
    Duration limit = settings.get().limit();
    Thread.ofVirtual()
        .name("hook-" + name)
        .start(() -> {
          boolean succeeded = false;
          try {
            succeeded = call(name, Placeholders.expand(template, values), limit);
          } catch (ActionFailure | IOException e) {
            journal.record(
                LogLevel.ERROR,
                "hook.failed",
                "name=%s reason=\"%s\"".formatted(name, Commands.oneLine(e)));
          } catch (InterruptedException _) {
            // Nobody interrupts it; then it was killed and did not succeed.
          } finally {
            end.complete(succeeded);
          }
        });
    return end;
  }

  private boolean call(String name, String line, Duration limit)
      throws IOException, InterruptedException {
    journal.record(LogLevel.INFO, "hook.started", "name=%s".formatted(name));
    long startNs = System.nanoTime();
    Commands.Result result = Commands.shell(line, "", limit);
    long tookMs = (System.nanoTime() - startNs) / 1_000_000;
    if (result.late()) {
      journal.record(
          LogLevel.ERROR,
          "hook.late",
          "name=%s limitMs=%d output=\"%s\"".formatted(name, limit.toMillis(), result.output()));
      return false;
    }
    journal.record(
        result.exit() == 0 ? LogLevel.INFO : LogLevel.WARN,
        "hook.ended",
        "name=%s exit=%d tookMs=%d output=\"%s\""
            .formatted(name, result.exit(), tookMs, result.output()));
    return result.exit() == 0;
  }
}

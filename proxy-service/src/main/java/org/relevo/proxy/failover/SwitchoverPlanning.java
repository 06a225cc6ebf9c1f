package org.relevo.proxy.failover;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.relevo.jmx.contract.CheckResult;
import org.relevo.jmx.contract.PlannedStep;
import org.relevo.jmx.contract.PreflightCheck;
import org.relevo.jmx.contract.SwitchoverPlan;
import org.relevo.proxy.core.BackendId;

/// Makes the dry run: what a switchover would do, word for word, and the hash by which it is
/// started.
public final class SwitchoverPlanning {
  private SwitchoverPlanning() {}

  /// The commands that depend on this machine and its settings.
  ///
  /// @param rejoin what makes the old primary a standby, "" when it cannot be done from here
  public record Commands(
      String stop, String start, String rejoin, int promoteSeconds, long drainMs, long holdMs) {}

  /// @param target empty for the best candidate
  public static SwitchoverPlan plan(
      String id,
      SwitchoverFacts facts,
      Optional<BackendId> target,
      Commands commands,
      String reason,
      long nowEpochMs) {
    Optional<BackendId> to = SwitchoverChecks.target(facts, target);
    List<PreflightCheck> checks = SwitchoverChecks.checks(facts, to);
    int from = facts.from().map(BackendId::value).orElse(-1);
    int toId = to.map(BackendId::value).orElse(-1);
    List<PlannedStep> steps =
        facts.from().isPresent() && to.isPresent() ? steps(from, toId, commands) : List.of();
    boolean startable =
        !steps.isEmpty() && checks.stream().noneMatch(check -> check.result() == CheckResult.BLOCK);
    return new SwitchoverPlan(
        id,
        hash(facts.clusterName(), from, toId, steps),
        facts.clusterName(),
        from,
        toId,
        reason,
        startable,
        SwitchoverChecks.candidates(facts),
        checks,
        steps,
        nowEpochMs);
  }

  private static List<PlannedStep> steps(int from, int to, Commands commands) {
    List<PlannedStep> steps = new ArrayList<>();
    for (SwitchoverStep step : SwitchoverStep.values()) {
      steps.add(step(step, from, to, commands));
    }
    return steps;
  }

  private static PlannedStep step(SwitchoverStep step, int from, int to, Commands commands) {
    String release = "open the gate";
    return switch (step) {
      case CHECK ->
          planned(step, from, "repeat all checks; SELECT pg_try_advisory_lock(…)", "unlock");
      case CHECKPOINT -> planned(step, from, "CHECKPOINT", "nothing to undo");
      case HOLD ->
          planned(
              step,
              -1,
              "hold new transactions on every Relevo service, at most %d ms"
                  .formatted(commands.holdMs()),
              release);
      case DRAIN ->
          planned(
              step,
              -1,
              "wait until running transactions have ended, at most %d ms"
                  .formatted(commands.drainMs()),
              release);
      case PREPARE_MOVE ->
          planned(step, from, "keep each session's settings and prepared statements", release);
      case CATCH_UP ->
          planned(
              step,
              to,
              "wait until pg_last_wal_replay_lsn() >= the primary's pg_current_wal_flush_lsn()",
              release);
      case STOP_OLD_PRIMARY ->
          planned(step, from, commands.stop(), commands.start() + "; open the gate");
      case VERIFY_LSN ->
          planned(
              step,
              to,
              "pg_control of node %d says 'shut down' and node %d has replayed its last checkpoint"
                  .formatted(from, to),
              commands.start() + "; open the gate");
      case PROMOTE ->
          planned(step, to, "SELECT pg_promote(true, %d)".formatted(commands.promoteSeconds()), "");
      case VERIFY_PRIMARY ->
          planned(
              step, to, "SELECT NOT pg_is_in_recovery(), pg_current_xact_id(), new timeline", "");
      case RELEASE -> planned(step, to, "move held sessions and open the gate", "");
      case REJOIN -> planned(step, from, commands.rejoin() + "; " + commands.start(), "");
      case VERIFY_STANDBY ->
          planned(
              step, from, "wait until pg_last_wal_replay_lsn() >= the new primary's position", "");
    };
  }

  private static PlannedStep planned(SwitchoverStep step, int node, String action, String undo) {
    return new PlannedStep(step.number(), step.shown(), node, action, undo);
  }

  static String hash(String cluster, int from, int to, List<PlannedStep> steps) {
    StringBuilder text = new StringBuilder("%s\n%d\n%d\n".formatted(cluster, from, to));
    for (PlannedStep step : steps) {
      text.append(
          "%d\n%s\n%d\n%s\n%s\n"
              .formatted(step.number(), step.name(), step.nodeId(), step.action(), step.undo()));
    }
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of()
          .formatHex(digest.digest(text.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}

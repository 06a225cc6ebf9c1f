package org.relevo.app.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.relevo.jmx.contract.CheckResult;
import org.relevo.jmx.contract.PlannedStep;
import org.relevo.jmx.contract.PreflightCheck;

/// The words of a scripted plan.
final class ScriptedPlan {
  private static final List<String> MORE_CHECKS =
      List.of("primary-known", "target-up", "slots", "archiver", "gates", "work-of-others", "lock");

  private ScriptedPlan() {}

  static List<PreflightCheck> checks(int from, int to, CheckResult worstCheck) {
    String fromName = ScriptedService.name(from);
    String toName = ScriptedService.name(to);
    List<PreflightCheck> checks = new ArrayList<>();
    checks.addAll(
        List.of(
            new PreflightCheck(
                "target.streams",
                to == from ? CheckResult.BLOCK : CheckResult.PASS,
                toName + " streams from " + fromName,
                "state streaming",
                "SELECT state FROM pg_stat_replication WHERE application_name = '" + toName + "'"),
            new PreflightCheck(
                "target.lag",
                worstCheck,
                worstCheck == CheckResult.PASS ? "41256 bytes" : "18 MB",
                "at most 16 MB",
                "SELECT pg_wal_lsn_diff(sent_lsn, replay_lsn) FROM pg_stat_replication"),
            new PreflightCheck("timeline.same", CheckResult.PASS, "7 and 7", "equal", ""),
            new PreflightCheck(
                "target.disk",
                CheckResult.PASS,
                "41 GB free",
                "at least 2 GB",
                "df /var/lib/postgresql"),
            new PreflightCheck(
                "traffic.long-transactions",
                CheckResult.PASS,
                "none over 2 s",
                "none over 30 s",
                "")));
    // As many as a real service makes: more than fit on the screen.
    for (String name : MORE_CHECKS) {
      checks.add(new PreflightCheck(name, CheckResult.PASS, "as it should be", "no more", "true"));
    }
    return List.copyOf(checks);
  }

  static List<PlannedStep> steps(int from, int to, String[] names, IntUnaryOperator nodeOf) {
    String fromName = ScriptedService.name(from);
    String toName = ScriptedService.name(to);
    List<PlannedStep> steps = new ArrayList<>();
    String[] actions = {
      "repeat all checks",
      "CHECKPOINT",
      "hold new transactions, wait for running ones (at most 5 s)",
      "pg_ctl stop -D /var/lib/postgresql/18/" + fromName + " -m fast",
      "SELECT pg_last_wal_receive_lsn()",
      "SELECT pg_promote(true, 60)",
      "move held sessions to " + toName + " and release",
      "touch standby.signal; pg_ctl start -D /var/lib/postgresql/18/" + fromName
    };
    String[] undos = {
      "nothing to undo",
      "nothing to undo",
      "release on " + fromName,
      "pg_ctl start -D /var/lib/postgresql/18/" + fromName,
      "start " + fromName + ", release",
      "",
      "",
      ""
    };
    for (int i = 0; i < names.length; i++) {
      steps.add(new PlannedStep(i + 1, names[i], nodeOf.applyAsInt(i), actions[i], undos[i]));
    }
    return steps;
  }
}

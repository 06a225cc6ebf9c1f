package org.relevo.app.view.operations;

import java.time.Instant;
import java.time.ZoneId;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.CheckResult;
import org.relevo.jmx.contract.PreflightCheck;
import org.relevo.jmx.contract.Role;

/// Why a wizard's main button does not work, as a text key; "" when it does. Pure.
final class Refusals {
  private Refusals() {}

  static String target(
      ActInput input, @Nullable Target chosen, Role role, Instant now, ZoneId zone) {
    Role needed = input.kind().writesSettings() ? Role.ADMIN : Role.OPERATOR;
    if (!role.includes(needed)) {
      return needed == Role.ADMIN ? "operations.refusal.admin" : "operations.refusal.role";
    }
    if (input.kind().needsNode() && chosen == null) {
      return "switchover.refusal.target";
    }
    if (input.kind().needsNode() && chosen != null && !chosen.ready()) {
      return "operations.refusal.not-ready";
    }
    String wrong = ActFields.wrong(input, now, zone);
    if (!wrong.isEmpty()) {
      return wrong;
    }
    return input.reason().isBlank() ? "switchover.refusal.reason" : "";
  }

  static String checks(@Nullable ActPlan made, Predicate<PreflightCheck> agreed) {
    if (made == null) {
      return "";
    }
    if (made.blocked()) {
      return "operations.refusal.blocked";
    }
    return made.checks().stream()
            .filter(check -> check.result() == CheckResult.WARN)
            .allMatch(agreed)
        ? ""
        : "switchover.refusal.warnings";
  }

  static String confirm(@Nullable ActPlan made, String typedName) {
    boolean right =
        made != null && (!made.kind().typed() || typedName.strip().equals(made.nodeName()));
    return right ? "" : "switchover.refusal.name";
  }
}

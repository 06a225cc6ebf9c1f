package org.relevo.app.view.switchover;

import java.util.HashSet;
import java.util.Set;
import org.relevo.jmx.contract.CheckResult;
import org.relevo.jmx.contract.PreflightCheck;
import org.relevo.jmx.contract.SwitchoverPlan;

/// Warnings of the present plan that the person accepted.
///
/// Owner: FX thread.
final class AgreedWarnings {
  private final Set<String> names = new HashSet<>();

  void set(PreflightCheck check, boolean agreed) {
    if (agreed) {
      names.add(check.name());
    } else {
      names.remove(check.name());
    }
  }

  boolean has(PreflightCheck check) {
    return names.contains(check.name());
  }

  void clear() {
    names.clear();
  }

  boolean cover(SwitchoverPlan plan) {
    return plan.checks().stream().filter(c -> c.result() == CheckResult.WARN).allMatch(this::has);
  }
}

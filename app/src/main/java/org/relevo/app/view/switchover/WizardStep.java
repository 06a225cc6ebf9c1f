package org.relevo.app.view.switchover;

/// The steps of the screen, in order.
public enum WizardStep {
  TARGET,
  CHECKS,
  DRY_RUN,
  CONFIRM,
  RUN,
  REPORT
}

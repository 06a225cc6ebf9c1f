package org.relevo.proxy.mbean;

import java.util.List;
import java.util.function.Supplier;
import org.relevo.jmx.contract.FailoverMXBean;
import org.relevo.jmx.contract.OperationStatus;
import org.relevo.jmx.contract.SwitchoverPlan;
import org.relevo.proxy.coordinator.Operations;

/// Role changes. Owner: none; [Operations] has its own lock.
final class FailoverBean implements FailoverMXBean {
  private final Operations operations;
  private final Supplier<String> actor;

  FailoverBean(Operations operations, Supplier<String> actor) {
    this.operations = operations;
    this.actor = actor;
  }

  @Override
  public OperationStatus getCurrent() {
    return operations.current();
  }

  @Override
  public List<OperationStatus> getHistory() {
    return operations.history();
  }

  @Override
  public SwitchoverPlan planSwitchover(int targetNodeId, String reason) {
    return operations.plan(targetNodeId, reason);
  }

  @Override
  public String startSwitchover(String planId, String planHash) {
    return operations.start(planId, planHash, actor.get());
  }

  @Override
  public OperationStatus operation(String id) {
    return operations.operation(id);
  }

  @Override
  public void abort(String id) {
    operations.abort(id);
  }
}

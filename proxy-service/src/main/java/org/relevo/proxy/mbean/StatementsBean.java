package org.relevo.proxy.mbean;

import java.util.List;
import org.relevo.jmx.contract.StatementInfo;
import org.relevo.jmx.contract.StatementOrder;
import org.relevo.jmx.contract.StatementsMXBean;
import org.relevo.jmx.contract.StatementsStatus;
import org.relevo.proxy.statistics.AllStatements;

/// What statements cost. Owner: none; figures are read while they are being counted.
public final class StatementsBean implements StatementsMXBean {
  private final AllStatements statements;

  public StatementsBean(AllStatements statements) {
    this.statements = statements;
  }

  @Override
  public StatementsStatus getStatus() {
    return statements.status();
  }

  @Override
  public List<StatementInfo> top(int maxRows, StatementOrder order) {
    if (maxRows < 1 || maxRows > MAX_ROWS) {
      throw new IllegalArgumentException("maxRows must be 1 to " + MAX_ROWS + ": " + maxRows);
    }
    return statements.top(maxRows, order);
  }

  @Override
  public void reset() {
    statements.reset();
  }
}

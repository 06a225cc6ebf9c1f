package org.relevo.proxy.session;

import java.util.Optional;
import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.sql.StatementScan;
import org.relevo.proxy.wire.BackendError;

/// What cannot work when a session's server connection changes between transactions.
final class Refusals {
  private Refusals() {}

  static Optional<Refusal> of(int traits, PoolMode mode) {
    String what = "";
    String instead = "set pool_mode = session for this database or user";
    if ((traits & StatementScan.LISTENS) != 0) {
      what = "LISTEN";
    } else if ((traits & StatementScan.SESSION_LOCK) != 0) {
      what = "a session-level advisory lock";
      instead = "use pg_advisory_xact_lock, or " + instead;
    } else if ((traits & StatementScan.TEMPORARY) != 0) {
      what = "a temporary object that outlives its transaction";
      instead = "add ON COMMIT DROP, or " + instead;
    } else if ((traits & StatementScan.HOLDS) != 0) {
      what = "a cursor WITH HOLD";
    } else if (mode == PoolMode.STATEMENT && (traits & StatementScan.BEGINS) != 0) {
      what = "a transaction block";
      instead = "set pool_mode = transaction for this database or user";
    }
    if (what.isEmpty()) {
      return Optional.empty();
    }
    BackendError error =
        BackendError.of(
                "ERROR",
                SqlState.FEATURE_NOT_SUPPORTED.code(),
                what + " is not available with pool_mode = " + name(mode))
            .withHint("To have it, " + instead + ".");
    return Optional.of(new Refusal(error, true));
  }

  static BackendError transactionInStatementMode() {
    return BackendError.fatal(
        SqlState.FEATURE_NOT_SUPPORTED,
        "a transaction was left open with pool_mode = " + name(PoolMode.STATEMENT));
  }

  static String name(PoolMode mode) {
    return mode.name().toLowerCase(java.util.Locale.ROOT);
  }
}

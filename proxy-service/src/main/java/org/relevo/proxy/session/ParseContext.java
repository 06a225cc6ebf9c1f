package org.relevo.proxy.session;

import java.util.Set;
import java.util.TreeMap;
import org.relevo.proxy.server.VarSet;

/// The settings that a statement's meaning depends on when it is parsed. All count but those that
/// are known not to: a needless one costs a second copy of a statement, a missed one a wrong
/// answer.
final class ParseContext {
  private static final Set<String> HARMLESS =
      Set.of(
          "application_name",
          "client_min_messages",
          "commit_delay",
          "deadlock_timeout",
          "default_transaction_deferrable",
          "default_transaction_isolation",
          "default_transaction_read_only",
          "effective_io_concurrency",
          "extra_float_digits",
          "idle_in_transaction_session_timeout",
          "idle_session_timeout",
          "lock_timeout",
          "log_duration",
          "log_min_duration_statement",
          "log_min_error_statement",
          "log_min_messages",
          "log_statement",
          "maintenance_work_mem",
          "statement_timeout",
          "synchronous_commit",
          "tcp_keepalives_count",
          "tcp_keepalives_idle",
          "tcp_keepalives_interval",
          "tcp_user_timeout",
          "temp_buffers",
          "transaction_timeout",
          "work_mem");

  private ParseContext() {}

  static VarSet of(VarSet settings) {
    TreeMap<String, String> kept = new TreeMap<>(settings.values());
    kept.keySet().removeAll(HARMLESS);
    return VarSet.of(kept);
  }
}

package org.relevo.proxy.routing;

import java.util.Set;
import org.relevo.proxy.sql.FunctionCall;
import org.relevo.proxy.sql.QualifiedName;

/// Functions of PostgreSQL whose answer belongs to one server or to one session of it, whatever
/// their volatility says, found by name alone so that they are right without a catalog.
final class ServerFunctions {
  /// Refused, or of another effect, on a standby.
  private static final Set<String> PRIMARY =
      Set.of(
          "nextval",
          "setval",
          "txid_current",
          "pg_current_xact_id",
          "pg_notify",
          "pg_export_snapshot",
          "pg_logical_emit_message",
          "pg_switch_wal",
          "pg_create_restore_point",
          "pg_stat_reset",
          "loread",
          "lowrite");

  /// Families of the first kind.
  private static final String[] PRIMARY_PREFIXES = {
    "pg_advisory_", "pg_try_advisory_", "lo_", "pg_replication_", "pg_logical_slot_"
  };

  /// Tell of the server or its session.
  private static final Set<String> SESSION =
      Set.of(
          "currval",
          "lastval",
          "txid_current_if_assigned",
          "pg_current_xact_id_if_assigned",
          "txid_status",
          "pg_xact_status",
          "pg_backend_pid",
          "pg_is_in_recovery",
          "pg_is_wal_replay_paused",
          "pg_last_wal_receive_lsn",
          "pg_last_wal_replay_lsn",
          "pg_last_xact_replay_timestamp",
          "pg_current_wal_lsn",
          "pg_current_wal_insert_lsn",
          "pg_current_wal_flush_lsn",
          "pg_current_logfile",
          "pg_listening_channels",
          "pg_my_temp_schema",
          "pg_postmaster_start_time",
          "pg_conf_load_time",
          "pg_blocking_pids",
          "pg_control_checkpoint",
          "pg_control_recovery",
          "inet_server_addr",
          "inet_server_port");

  private static final String SET_CONFIG = "set_config";

  private ServerFunctions() {}

  static boolean onlyOnPrimary(QualifiedName function) {
    if (!builtIn(function)) {
      return false;
    }
    String name = function.name();
    if (PRIMARY.contains(name)) {
      return true;
    }
    for (String prefix : PRIMARY_PREFIXES) {
      if (name.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  static boolean ofSession(FunctionCall call) {
    if (!builtIn(call.name())) {
      return false;
    }
    return SESSION.contains(call.name().name())
        || (call.name().name().equals("current_setting") && differs(literal(call, 0)));
  }

  /// Whether the setting has another value on a standby; "" is one that is not known.
  static boolean differs(String setting) {
    return switch (setting) {
      case "", "all", "transaction_read_only", "default_transaction_read_only", "in_hot_standby" ->
          true;
      default -> false;
    };
  }

  static boolean setsSetting(QualifiedName function) {
    return function.name().equals(SET_CONFIG) && builtIn(function);
  }

  /// Whether all of its arguments are constants that can be read.
  static boolean constant(FunctionCall call) {
    if (call.literals().size() != call.arguments()) {
      return false;
    }
    for (int i = 0; i < call.literals().size(); i++) {
      if (call.literals().get(i).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  static boolean signals(QualifiedName function) {
    return builtIn(function)
        && (function.name().equals("pg_terminate_backend")
            || function.name().equals("pg_cancel_backend"));
  }

  /// The process that a call of those names as a constant; -1 for none.
  static int process(FunctionCall call) {
    String text = literal(call, 0);
    return text.isEmpty() || text.length() > 9 || !text.chars().allMatch(c -> c >= '0' && c <= '9')
        ? -1
        : Integer.parseInt(text);
  }

  private static String literal(FunctionCall call, int position) {
    return position < call.literals().size() ? call.literals().get(position) : "";
  }

  private static boolean builtIn(QualifiedName function) {
    return !function.qualified() || function.schema().equals("pg_catalog");
  }
}

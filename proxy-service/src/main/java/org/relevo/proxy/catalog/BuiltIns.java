package org.relevo.proxy.catalog;

import java.util.Set;
import org.relevo.proxy.routing.Catalog.Effect;
import org.relevo.proxy.sql.FunctionCall;

/// What the catalog does not tell of the functions that come with PostgreSQL 13 to 18. A volatile
/// one counts as a write by its declaration; here are those that are declared otherwise.
final class BuiltIns {
  static final String SCHEMA = "pg_catalog";
  static final String INFORMATION = "information_schema";

  /// Not volatile, yet only the primary runs them, or only there they tell what is asked: they need
  /// a transaction number, fail during recovery, look at the server connection (temporary objects,
  /// LISTEN, prepared statements) or at the server as such.
  private static final Set<String> PRIMARY =
      Set.of(
          "txid_current",
          "txid_current_if_assigned",
          "txid_current_snapshot",
          "pg_current_xact_id",
          "pg_current_xact_id_if_assigned",
          "pg_current_snapshot",
          "pg_walfile_name",
          "pg_walfile_name_offset",
          "pg_listening_channels",
          "pg_cursor",
          "pg_prepared_statement",
          "pg_my_temp_schema",
          "pg_is_other_temp_schema",
          "pg_backend_pid",
          "pg_get_replication_slots",
          "pg_show_all_settings",
          "pg_postmaster_start_time",
          "pg_conf_load_time",
          "pg_relation_filepath",
          "pg_tablespace_location",
          "inet_server_addr",
          "inet_server_port");

  /// Run a query that their arguments name.
  private static final Set<String> RUN_QUERIES =
      Set.of("table_to_xml", "schema_to_xml", "database_to_xml", "cursor_to_xml");

  private static final String STATISTICS = "pg_stat_get_";

  /// Volatile only because each call may answer otherwise. They write nothing and run on a standby,
  /// so a function that is declared STABLE is believed although it calls them.
  private static final Set<String> HARMLESS =
      Set.of(
          "random",
          "random_normal",
          "clock_timestamp",
          "timeofday",
          "gen_random_uuid",
          "uuidv4",
          "uuidv7",
          "current_query",
          "pg_sleep",
          "pg_sleep_for",
          "pg_sleep_until",
          "pg_is_in_recovery",
          "pg_relation_size",
          "pg_table_size",
          "pg_indexes_size",
          "pg_total_relation_size",
          "pg_database_size",
          "pg_tablespace_size",
          "pg_partition_tree",
          "pg_partition_ancestors",
          "pg_partition_root",
          "array_shuffle",
          "array_sample",
          "ts_rewrite");

  /// Settings whose value differs between a primary and its standby.
  private static final Set<String> NODE_SETTINGS =
      Set.of(
          "transaction_read_only",
          "default_transaction_read_only",
          "transaction_isolation",
          "transaction_deferrable",
          "in_hot_standby",
          "data_directory",
          "config_file",
          "hba_file",
          "ident_file",
          "listen_addresses",
          "port",
          "primary_conninfo",
          "primary_slot_name",
          "cluster_name",
          "synchronous_standby_names",
          "unix_socket_directories");

  static final String CURRENT_SETTING = "current_setting";

  private BuiltIns() {}

  /// Whether a function of pg_catalog goes to the primary whatever its volatility.
  static boolean primaryOnly(String name) {
    return PRIMARY.contains(name)
        || name.startsWith(STATISTICS)
        || RUN_QUERIES.stream().anyMatch(name::startsWith);
  }

  static boolean harmless(String name) {
    return HARMLESS.contains(name);
  }

  /// Of `current_setting`: a read of a setting that the text names and all nodes share.
  static Effect currentSetting(FunctionCall call) {
    String setting = call.literals().isEmpty() ? "" : call.literals().getFirst();
    return setting.isEmpty() || NODE_SETTINGS.contains(lower(setting))
        ? Effect.WRITES
        : Effect.READS;
  }

  private static String lower(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        return name.toLowerCase(java.util.Locale.ROOT);
      }
    }
    return name;
  }
}

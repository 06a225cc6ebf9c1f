package org.relevo.proxy.determinism;

import java.util.Set;

/// What is known of PostgreSQL's own functions without asking.
final class KnownFunctions {
  /// The same for the same arguments, on every server with the same data and session settings.
  private static final Set<String> SAME =
      Set.of(
          "abs",
          "ceil",
          "ceiling",
          "floor",
          "round",
          "trunc",
          "sign",
          "sqrt",
          "power",
          "mod",
          "div",
          "exp",
          "ln",
          "log",
          "greatest",
          "least",
          "coalesce",
          "nullif",
          "lower",
          "upper",
          "initcap",
          "length",
          "char_length",
          "octet_length",
          "substr",
          "substring",
          "left",
          "right",
          "lpad",
          "rpad",
          "ltrim",
          "rtrim",
          "btrim",
          "trim",
          "replace",
          "translate",
          "repeat",
          "reverse",
          "concat",
          "concat_ws",
          "split_part",
          "strpos",
          "position",
          "overlay",
          "ascii",
          "chr",
          "md5",
          "sha256",
          "encode",
          "decode",
          "convert_to",
          "convert_from",
          "to_hex",
          "quote_ident",
          "quote_literal",
          "jsonb_build_object",
          "jsonb_build_array",
          "jsonb_set",
          "jsonb_insert",
          "array_append",
          "array_prepend",
          "array_remove",
          "array_cat",
          "array_length",
          "cardinality",
          "int4range",
          "int8range",
          "numrange",
          "make_date",
          "make_interval",
          "date_part",
          "bit_length",
          "starts_with",
          "current_user",
          "session_user",
          "current_role",
          "current_database",
          "current_catalog");

  /// Session state, messages and looks at the server itself: only the main node's count.
  private static final Set<String> OF_MAIN =
      Set.of(
          "random",
          "random_normal",
          "setseed",
          "gen_random_uuid",
          "uuidv4",
          "uuidv7",
          "clock_timestamp",
          "timeofday",
          "pg_sleep",
          "pg_sleep_for",
          "pg_sleep_until",
          "pg_notify",
          "currval",
          "lastval",
          "current_query",
          "txid_current",
          "pg_current_xact_id",
          "txid_current_if_assigned",
          "pg_current_xact_id_if_assigned",
          "txid_current_snapshot",
          "pg_current_snapshot",
          "pg_backend_pid",
          "inet_server_port",
          "inet_server_addr",
          "pg_cancel_backend",
          "pg_terminate_backend",
          "pg_is_in_recovery",
          "pg_relation_size",
          "pg_table_size",
          "pg_indexes_size",
          "pg_total_relation_size",
          "pg_database_size",
          "pg_tablespace_size",
          "pg_stat_reset",
          "pg_export_snapshot",
          "lo_get",
          "loread",
          "pg_current_wal_lsn",
          "pg_current_wal_insert_lsn",
          "pg_my_temp_schema",
          "pg_postmaster_start_time",
          "pg_conf_load_time",
          "pg_listening_channels",
          "pg_prepared_statement",
          "pg_cursor",
          "pg_show_all_settings",
          "pg_lock_status",
          "pg_logical_emit_message",
          "array_shuffle",
          "array_sample");

  /// Large objects by number: the same wherever they run in the same order.
  private static final Set<String> LARGE_OBJECTS =
      Set.of(
          "lo_create",
          "lo_open",
          "lo_close",
          "lowrite",
          "lo_lseek",
          "lo_lseek64",
          "lo_truncate",
          "lo_truncate64",
          "lo_put",
          "lo_unlink",
          "lo_from_bytea",
          "lo_tell",
          "lo_tell64");

  private KnownFunctions() {}

  static boolean same(String name) {
    return SAME.contains(name);
  }

  /// Whether running it on the main node alone leaves the others as they are.
  static boolean ofMain(String name) {
    return OF_MAIN.contains(name)
        || name.startsWith("uuid_generate_")
        || name.startsWith("pg_advisory")
        || name.startsWith("pg_try_advisory")
        || name.startsWith("pg_stat_")
        || name.startsWith("pg_ls_")
        || name.startsWith("pg_read_");
  }

  static boolean largeObject(String name) {
    return LARGE_OBJECTS.contains(name);
  }

  /// A large object whose number is chosen by the server.
  static boolean unnumbered(String name) {
    return name.equals("lo_creat") || name.equals("lo_import");
  }

  static boolean sequence(String name) {
    return name.equals("nextval") || name.equals("setval");
  }
}

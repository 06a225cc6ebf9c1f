package org.relevo.proxy.console;

/// The longer lists of columns, as [Column#list] reads them.
final class TableColumns {
  static final String SOCKET =
      "type user database replication state addr port:i local_addr local_port:i connect_time:t"
          + " request_time:t wait:i wait_us:i close_needed:i ptr link remote_pid:i tls"
          + " application_name prepared_statements:i id:i";
  static final String SOCKET_MORE =
      SOCKET
          + " recv_pos:i pkt_pos:i pkt_remain:i send_pos:i send_remain:i pkt_avail:i send_avail:i";
  static final String POOLS =
      "database user cl_active:i cl_waiting:i cl_active_cancel_req:i cl_waiting_cancel_req:i"
          + " sv_active:i sv_active_cancel:i sv_being_canceled:i sv_idle:i sv_used:i sv_tested:i"
          + " sv_login:i maxwait:i maxwait_us:i pool_mode load_balance_hosts";
  static final String TOTALS =
      "total_server_assignment_count:i total_xact_count:i total_query_count:i total_received:i"
          + " total_sent:i total_xact_time:i total_query_time:i total_wait_time:i"
          + " total_client_parse_count:i total_server_parse_count:i total_bind_count:i";
  static final String AVERAGES =
      "avg_server_assignment_count:i avg_xact_count:i avg_query_count:i avg_recv:i avg_sent:i"
          + " avg_xact_time:i avg_query_time:i avg_wait_time:i avg_client_parse_count:i"
          + " avg_server_parse_count:i avg_bind_count:i";
  static final String PLAIN_STATS =
      "server_assignment_count:i xact_count:i query_count:i bytes_received:i bytes_sent:i"
          + " xact_time:i query_time:i wait_time:i client_parse_count:i server_parse_count:i"
          + " bind_count:i";
  static final String DATABASES =
      "name host port:i database force_user pool_size:i min_pool_size:i reserve_pool_size:i"
          + " server_lifetime:i pool_mode load_balance_hosts max_connections:i"
          + " current_connections:i max_client_connections:i current_client_connections:i paused:i"
          + " disabled:i";
  static final String USERS =
      "name pool_size reserve_pool_size pool_mode max_user_connections:i current_connections:i"
          + " max_user_client_connections:i current_client_connections:i";
  static final String NODES =
      "node_id:i name host port:i role status usable:b primary:b weight:f lag_bytes:i lag_ms:i"
          + " since:t reason";
  static final String POOL_DETAILS =
      "node_id:i database user pool_mode size_limit:i min_size:i cl_active:i cl_waiting:i"
          + " sv_active:i sv_idle:i sv_checking:i sv_opening:i oldest_wait_ms:i granted_total:i"
          + " waited_total:i wait_ms_total:i longest_wait_ms:i timed_out_total:i opened_total:i"
          + " open_failures_total:i moved_total:i closed_total:i";
  static final String PREPARED =
      "distinct_statements:i client_statements:i server_statements:i client_parses_total:i"
          + " server_parses_total:i binds_total:i hits_total:i evictions_total:i hit_ratio:f";
  static final String STATEMENTS =
      "fingerprint database user calls:i errors:i rows:i total_ms:f mean_ms:f p50_ms:f p95_ms:f"
          + " p99_ms:f max_ms:f nodes statement";
  static final String POOL_NODES =
      "node_id hostname port status pg_status lb_weight role pg_role select_cnt load_balance_node"
          + " replication_delay replication_state replication_sync_state last_status_change";
  static final String POOL_PROCESSES =
      "pool_pid start_time client_connection_count database username backend_connection_time"
          + " pool_counter status";
  static final String POOL_POOLS =
      "pool_pid start_time client_connection_count pool_id backend_id database username"
          + " backend_connection_time client_connection_time client_disconnection_time"
          + " client_idle_duration majorversion minorversion pool_counter pool_backendpid"
          + " pool_connected status load_balance_node client_host client_port statement";
  static final String POOL_CACHE =
      "num_cache_hits num_selects cache_hit_ratio num_hash_entries used_hash_entries"
          + " num_cache_entries used_cache_entries_size free_cache_entries_size"
          + " fragment_cache_entries_size";
  static final String POOL_HEALTH =
      "node_id hostname port status role last_status_change total_count success_count fail_count"
          + " skip_count retry_count average_retry_count max_retry_count max_duration min_duration"
          + " average_duration last_health_check last_successful_health_check"
          + " last_skip_health_check last_failed_health_check";
  static final String POOL_BACKEND =
      "node_id hostname port status role select_cnt insert_cnt update_cnt delete_cnt ddl_cnt"
          + " other_cnt panic_cnt fatal_cnt error_cnt";

  private TableColumns() {}
}

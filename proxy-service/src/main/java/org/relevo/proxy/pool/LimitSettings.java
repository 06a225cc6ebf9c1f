package org.relevo.proxy.pool;

/// Limits over all pools; 0 means none.
///
/// @param total most server connections in all (`max_server_connections`)
/// @param perNode to one server (`max_node_connections`)
/// @param perDatabase to one database on all servers (`max_db_connections`)
/// @param perUser for one user on all servers (`max_user_connections`)
public record LimitSettings(int total, int perNode, int perDatabase, int perUser) {
  public static final LimitSettings NONE = new LimitSettings(0, 0, 0, 0);
}

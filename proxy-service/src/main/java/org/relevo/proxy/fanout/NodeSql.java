package org.relevo.proxy.fanout;

import java.sql.Connection;
import java.sql.SQLException;
import org.relevo.proxy.core.BackendId;

/// Connections of the service's own, as the role that looks after the servers.
@FunctionalInterface
public interface NodeSql {
  /// @param database empty for the one that the service looks at
  /// @return in autocommit; the caller closes it
  Connection open(BackendId node, String database) throws SQLException;
}

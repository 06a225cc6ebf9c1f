package org.relevo.proxy.auth.stored;

import java.util.Set;
import java.util.concurrent.CompletionStage;

/// Asks a server for roles, each time anew. Thread-safe; never blocks.
public interface RoleCatalog {
  /// @return [StoredRole#UNKNOWN] when there is no such role
  CompletionStage<StoredRole> role(String name);

  /// Roles that a role is a member of, directly and indirectly, itself included.
  CompletionStage<Set<String>> memberships(String name);
}

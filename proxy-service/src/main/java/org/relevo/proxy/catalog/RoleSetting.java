package org.relevo.proxy.catalog;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a setting is when a role's session begins. Immutable.
///
/// @param byRole its value for a role in this database, over that of the role elsewhere
/// @param others of all other roles; null when it cannot be known
record RoleSetting(Map<String, String> byRole, @Nullable String others) {
  static final String SEARCH_PATH = "search_path";
  static final String ISOLATION = "default_transaction_isolation";
  static final String READ_ONLY = "default_transaction_read_only";

  static final RoleSetting UNKNOWN = new RoleSetting(Map.of(), null);

  RoleSetting {
    byRole = Map.copyOf(byRole);
  }

  Optional<String> of(String role) {
    return Optional.ofNullable(byRole.getOrDefault(role, others));
  }
}

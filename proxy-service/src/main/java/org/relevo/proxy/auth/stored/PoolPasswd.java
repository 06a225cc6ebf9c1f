package org.relevo.proxy.auth.stored;

import java.util.Map;
import java.util.Optional;

/// The entries of a `pool_passwd` file. They win over what servers store.
public record PoolPasswd(Map<String, StoredPassword> entries) {
  public static final PoolPasswd NONE = new PoolPasswd(Map.of());

  public PoolPasswd {
    entries = Map.copyOf(entries);
  }

  public Optional<StoredPassword> find(String role) {
    return Optional.ofNullable(entries.get(role));
  }

  /// Without names and passwords.
  @Override
  public String toString() {
    return "PoolPasswd[" + entries.size() + "]";
  }
}

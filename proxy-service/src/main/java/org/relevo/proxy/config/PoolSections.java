package org.relevo.proxy.config;

import java.util.Map;
import java.util.Optional;
import org.relevo.proxy.pool.PoolPolicy;
import org.relevo.proxy.pool.PoolSettings;

/// Pool settings with sections of databases and users. What the most particular section says
/// counts, setting by setting: database and user, then user, then database, then all.
///
/// @param general what holds without sections
record PoolSections(PoolSettings general, Map<PoolScope, PoolPatch> sections)
    implements PoolPolicy {
  PoolSections {
    sections = Map.copyOf(sections);
  }

  @Override
  public PoolSettings settings(String database, String user) {
    if (sections.isEmpty()) {
      return general;
    }
    Optional<String> ofDatabase = Optional.of(database);
    Optional<String> ofUser = Optional.of(user);
    PoolSettings settings = section(ofDatabase, Optional.empty()).over(general);
    settings = section(Optional.empty(), ofUser).over(settings);
    return section(ofDatabase, ofUser).over(settings);
  }

  private PoolPatch section(Optional<String> database, Optional<String> user) {
    return sections.getOrDefault(new PoolScope(database, user), PoolPatch.NONE);
  }
}

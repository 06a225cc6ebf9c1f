package org.relevo.proxy.catalog;

import java.time.Duration;

/// @param checkPeriod between two looks for definitions that were changed past the service
/// @param maxEntries most functions, relations and operators of all databases together; a database
///   that does not fit is answered with UNKNOWN
/// @param idle after which a database that nobody asks about is forgotten
public record CatalogSettings(Duration checkPeriod, int maxEntries, Duration idle) {
  public static final CatalogSettings DEFAULT =
      new CatalogSettings(Duration.ofSeconds(10), 500_000, Duration.ofMinutes(10));

  public CatalogSettings with(Duration period, int entries) {
    return new CatalogSettings(period, entries, idle);
  }
}

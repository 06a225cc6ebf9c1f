package org.relevo.proxy.catalog;

import java.util.Comparator;
import java.util.List;
import org.relevo.jmx.contract.CatalogMXBean;
import org.relevo.jmx.contract.CatalogStatus;

/// What is kept, for management. Owner: none.
final class CatalogBean implements CatalogMXBean {
  private final Catalogs catalogs;

  CatalogBean(Catalogs catalogs) {
    this.catalogs = catalogs;
  }

  @Override
  public List<CatalogStatus> getDatabases() {
    return catalogs.all().stream()
        .map(DatabaseCatalog::status)
        .sorted(Comparator.comparing(CatalogStatus::database))
        .toList();
  }

  @Override
  public long getBytes() {
    return getDatabases().stream().mapToLong(CatalogStatus::bytes).sum();
  }

  @Override
  public void refresh(String database) {
    List<DatabaseCatalog> meant =
        catalogs.all().stream()
            .filter(known -> database.isEmpty() || known.name().equals(database))
            .toList();
    if (meant.isEmpty() && !database.isEmpty()) {
      throw new IllegalStateException("nothing is kept of database " + database);
    }
    meant.forEach(DatabaseCatalog::refresh);
  }
}

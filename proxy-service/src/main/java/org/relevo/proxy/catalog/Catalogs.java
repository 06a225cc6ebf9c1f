package org.relevo.proxy.catalog;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.CatalogMXBean;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.routing.Catalog;
import org.relevo.proxy.sql.QualifiedName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The package's door: the catalogs of all databases that clients use.
///
/// Owner: thread-safe; nothing here blocks.
public final class Catalogs implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Catalogs.class);
  private static final int MAX_DATABASES = 256;
  private static final int LOADS_AT_ONCE = 2;

  private final Map<String, DatabaseCatalog> databases = new ConcurrentHashMap<>();
  private final Map<String, Thread> workers = new ConcurrentHashMap<>();
  private final AtomicBoolean crowded = new AtomicBoolean();
  private final AtomicReference<Optional<BackendId>> primary;
  private final ClusterViews.Subscription subscription;
  private final CatalogWorker.Shared shared;
  private volatile CatalogSettings settings;
  private volatile boolean closed;

  /// @param nodes with the role that reads the catalogs
  public Catalogs(ClusterViews views, List<NodeSettings> nodes, CatalogSettings settings) {
    this(views, new ServerSource(views, nodes), settings);
  }

  Catalogs(ClusterViews views, Source source, CatalogSettings settings) {
    this.settings = settings;
    this.shared =
        new CatalogWorker.Shared(
            source,
            () -> this.settings,
            new EntryBudget(settings.maxEntries()),
            new Semaphore(LOADS_AT_ONCE, true),
            Clock.systemUTC(),
            this::retire);
    this.primary = new AtomicReference<>(views.current().primary());
    this.subscription =
        views.listen(view -> {
          // A new primary may lack what the old one had confirmed.
          if (!view.primary().equals(primary.getAndSet(view.primary()))) {
            databases.values().forEach(DatabaseCatalog::lookSoon);
          }
        });
  }

  /// What a session sees; to be made anew when its search_path or its role (`SET ROLE`) changes.
  ///
  /// @param login whose session it is
  /// @param user the current role, for `"$user"`
  /// @param searchPath value of the setting; empty for what the login's sessions begin with
  public Catalog of(String database, String login, String user, Optional<String> searchPath) {
    return new SessionCatalog(this, database, login, user, searchPath.orElse(null));
  }

  /// What a session sees that has set nothing else.
  public Catalog of(String database, String login, Optional<String> searchPath) {
    return of(database, login, login, searchPath);
  }

  /// A change of definitions may come into force at any moment, until [#changed] is told: a
  /// statement that makes one is about to be sent outside of a transaction, or the COMMIT of one.
  /// Changes of temporary objects need not be told. Every call is followed by one of [#changed].
  public void changing(String database) {
    DatabaseCatalog known = database(database);
    while (known != null && !known.changing()) {
      databases.remove(database, known);
      known = database(database);
    }
  }

  /// The change is in force, or was given up.
  public void changed(String database) {
    DatabaseCatalog known = databases.get(database);
    if (known != null) {
      known.changed();
    }
  }

  /// What happens when a table is written, by a look that begins after this.
  ///
  /// @param table with its schema
  /// @return empty when there is none; fails when no server answers
  public CompletionStage<Optional<TableFacts>> table(String database, QualifiedName table) {
    DatabaseCatalog known = database(database);
    return known == null
        ? CompletableFuture.failedFuture(
            new RejectedExecutionException("the catalog of " + database + " is not kept"))
        : known.table(table);
  }

  /// Takes over new settings; they count from the next look on.
  public void apply(CatalogSettings next) {
    settings = next;
    shared.budget().most(next.maxEntries());
    databases.values().forEach(DatabaseCatalog::lookSoon);
  }

  /// For management.
  public CatalogMXBean bean() {
    return new CatalogBean(this);
  }

  List<DatabaseCatalog> all() {
    return List.copyOf(databases.values());
  }

  /// Begins to read a database that was not asked about yet.
  ///
  /// @return null when there are too many
  @Nullable DatabaseCatalog database(String name) {
    DatabaseCatalog known = databases.get(name);
    if (known != null || closed) {
      return known;
    }
    if (databases.size() >= MAX_DATABASES) {
      if (crowded.compareAndSet(false, true)) {
        LOG.warn("catalog.too-many database={} limit={}", name, MAX_DATABASES);
      }
      return null;
    }
    return databases.computeIfAbsent(name, this::begin);
  }

  private DatabaseCatalog begin(String name) {
    DatabaseCatalog made = new DatabaseCatalog(name);
    CatalogWorker worker = new CatalogWorker(made, shared);
    workers.put(
        name,
        Thread.ofVirtual()
            .name("catalog-" + name)
            .start(() -> {
              try {
                worker.run();
              } finally {
                boolean removed = workers.remove(name, Thread.currentThread());
                LOG.debug("catalog.ended database={} last={}", name, removed);
              }
            }));
    return made;
  }

  /// Nobody has asked for long.
  private boolean retire(DatabaseCatalog database) {
    if (!database.retireIdle()) {
      return false;
    }
    boolean removed = databases.remove(database.name(), database);
    crowded.set(false);
    LOG.debug("catalog.forgotten database={} known={}", database.name(), removed);
    return true;
  }

  @Override
  public void close() {
    closed = true;
    subscription.close();
    databases.values().forEach(DatabaseCatalog::retire);
    databases.clear();
    workers.values().forEach(Thread::interrupt);
  }
}

package org.relevo.proxy.catalog;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.sql.QualifiedName;

/// A server with as much of a catalog as a test needs. Fields are the knobs.
final class FakeSource implements Source {
  static final int SYSTEM = 11;
  static final int PUBLIC = 2200;

  /// What view `v` and function `f` are now, and the fingerprint that goes with it. Function
  /// `maker` may change definitions.
  record Definitions(String fingerprint, boolean writes) {}

  volatile Definitions definitions = new Definitions("1", false);
  volatile boolean primary = true;
  volatile int entries = 3;
  volatile @Nullable String refuses;

  /// Permits let loads through once it is set.
  volatile @Nullable Semaphore gate;

  final AtomicInteger opened = new AtomicInteger();
  final AtomicInteger closed = new AtomicInteger();
  final AtomicInteger looks = new AtomicInteger();
  final AtomicInteger loads = new AtomicInteger();
  final AtomicInteger tables = new AtomicInteger();

  @Override
  public Session open(String database) throws SQLException {
    fail();
    opened.incrementAndGet();
    return new Open();
  }

  private void fail() throws SQLException {
    String reason = refuses;
    if (reason != null) {
      throw new SQLException(reason);
    }
  }

  @Override
  public boolean moved(Session session) {
    return false;
  }

  private final class Open implements Session {
    @Override
    public BackendId node() {
      return new BackendId(0);
    }

    @Override
    public boolean primary() {
      return primary;
    }

    @Override
    public CatalogReader.Fingerprint fingerprint() throws SQLException {
      fail();
      looks.incrementAndGet();
      return new CatalogReader.Fingerprint(entries, definitions.fingerprint());
    }

    @Override
    public CatalogReader.Loaded load(int room) throws SQLException {
      fail();
      Definitions now = definitions;
      loads.incrementAndGet();
      Semaphore held = gate;
      if (held != null) {
        held.acquireUninterruptibly();
      }
      return new CatalogReader.Loaded(
          new CatalogReader.Fingerprint(entries, now.fingerprint()),
          entries > room ? null : rows(now));
    }

    @Override
    public Optional<TableFacts> table(QualifiedName table) throws SQLException {
      fail();
      tables.incrementAndGet();
      return Optional.of(new TableFacts(List.of(), List.of("id"), List.of(), false));
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }

  private static Rows rows(Definitions now) {
    Rows rows = new Rows();
    rows.namespaces.add(new Rows.Namespace(SYSTEM, "pg_catalog", true));
    rows.namespaces.add(new Rows.Namespace(PUBLIC, "public", true));
    rows.functions.add(function(1, "lower", SYSTEM, 'i'));
    rows.functions.add(function(2, "f", PUBLIC, now.writes() ? 'v' : 's'));
    rows.functions.add(function(5, "maker", PUBLIC, 'v'));
    rows.bodies.put(5, new Rows.Body(BodyScan.Found.NOTHING, NodeTree.EMPTY, false, true));
    rows.relations.add(new Rows.Rel(3, "v", PUBLIC, 'v', 'p'));
    rows.relations.add(new Rows.Rel(4, "pg_class", SYSTEM, 'r', 'p'));
    rows.rules.add(new Rows.Rule(3, NodeTree.calling(2)));
    return rows;
  }

  private static Rows.Function function(int oid, String name, int schema, char volatility) {
    return new Rows.Function(oid, name, schema, 0, false, volatility, 'f', List.of(25), 0);
  }
}

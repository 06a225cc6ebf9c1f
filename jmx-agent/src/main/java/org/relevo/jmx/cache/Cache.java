package org.relevo.jmx.cache;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.relevo.jmx.contract.CacheMXBean;
import org.relevo.jmx.contract.CacheStatus;
import org.relevo.jmx.contract.RelationCache;
import org.relevo.jmx.postgres.SqlFile;
import org.relevo.jmx.processes.ProcessTable;
import org.relevo.jmx.sessions.Link;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One server's caches.
///
/// Owner: itself; any thread may ask, one look is taken at a time.
public final class Cache implements CacheMXBean {
  private static final Logger LOG = LoggerFactory.getLogger(Cache.class);
  private static final long SHARED_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int MAX_LOOKS = 4;
  private static final String NO_EXTENSION =
      "shared buffers: the extension pg_buffercache is not in this database";

  private final Link link;
  private final ProcessTable processes;
  private final ReentrantLock lock = new ReentrantLock();
  private final LinkedHashMap<String, Look> looks = new LinkedHashMap<>();

  private record Look(long atNanos, CacheStatus status, List<RelationCache> relations) {
    Look {
      relations = List.copyOf(relations);
    }
  }

  public Cache(Link link, ProcessTable processes) {
    this.link = link;
    this.processes = processes;
  }

  @Override
  public CacheStatus status(String database) {
    return look(database).status();
  }

  @Override
  public List<RelationCache> relations(String database, int maxRows) {
    if (maxRows < 1 || maxRows > MAX_ROWS) {
      throw new IllegalArgumentException("maxRows must be 1 to " + MAX_ROWS + ": " + maxRows);
    }
    return look(database).relations().stream().limit(maxRows).toList();
  }

  @Override
  public void install(String database) {
    link.ask(
        database,
        (connection, _) -> {
          try (Statement statement = connection.createStatement()) {
            return statement.execute("CREATE EXTENSION IF NOT EXISTS pg_buffercache");
          }
        });
    LOG.info("cache.extension-made node={} database={}", link.nodeId(), name(database));
    lock.lock();
    try {
      looks.clear();
    } finally {
      lock.unlock();
    }
  }

  private String name(String database) {
    return database.isEmpty() ? link.database() : database;
  }

  private Look look(String database) {
    String name = name(database);
    lock.lock();
    try {
      Look known = looks.get(name);
      if (known != null && System.nanoTime() - known.atNanos() < SHARED_NANOS) {
        return known;
      }
      Look now = link.ask(name, (connection, _) -> take(connection, name));
      looks.remove(name);
      looks.put(name, now);
      if (looks.size() > MAX_LOOKS) {
        looks.pollFirstEntry();
      }
      return now;
    } finally {
      lock.unlock();
    }
  }

  private Look take(Connection connection, String database) throws SQLException {
    List<String> missing = new ArrayList<>();
    Basics basics = Basics.read(connection);
    boolean readable = basics.schema().isPresent() && basics.mayRead();
    if (basics.schema().isEmpty()) {
      missing.add(NO_EXTENSION);
    } else if (!basics.mayRead()) {
      missing.add("shared buffers: GRANT pg_monitor TO " + basics.user());
    }
    Optional<RelationFiles> files = Optional.empty();
    if (!link.local()) {
      missing.add("page cache: the server is not on the machine of this service");
    } else if (basics.dataDirectory().isEmpty()) {
      missing.add("page cache: data_directory is hidden: GRANT pg_monitor TO " + basics.user());
    } else {
      RelationFiles.Opened opened = RelationFiles.open(basics.dataDirectory(), processes);
      files = opened.files();
      if (!opened.problem().isEmpty()) {
        missing.add(opened.problem());
      }
    }
    List<RelationCache> relations = relations(connection, basics, readable, files);
    files.map(RelationFiles::problem).filter(each -> !each.isEmpty()).ifPresent(missing::add);
    long[] totals = readable ? totals(connection, basics) : new long[] {-1, -1};
    return new Look(
        System.nanoTime(),
        new CacheStatus(
            database,
            basics.schema().isPresent(),
            basics.installable(),
            basics.sharedBuffersBytes(),
            totals[0],
            totals[1],
            basics.databaseBytes(),
            files.map(RelationFiles::total).orElse(-1L),
            missing),
        relations);
  }

  /// What is known without the extension.
  private record Basics(
      Optional<String> schema,
      boolean installable,
      boolean mayRead,
      String user,
      long sharedBuffersBytes,
      long blockBytes,
      long databaseBytes,
      String dataDirectory) {
    static Basics read(Connection connection) throws SQLException {
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery(SqlFile.statement("cache-basics.sql"))) {
        row.next();
        return new Basics(
            Optional.ofNullable(row.getString("schema")),
            row.getBoolean("installable"),
            row.getBoolean("may_read"),
            row.getString("me"),
            row.getLong("shared_buffers"),
            row.getLong("block_size"),
            row.getLong("database_bytes"),
            Optional.ofNullable(row.getString("data_directory")).orElse(""));
      }
    }

    String view() {
      return schema.map(each -> '"' + each.replace("\"", "\"\"") + "\".pg_buffercache").orElse("");
    }
  }

  private static long[] totals(Connection connection, Basics basics) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(relfilenode), count(*) FILTER (WHERE isdirty) FROM "
                    + basics.view())) {
      row.next();
      return new long[] {
        row.getLong(1) * basics.blockBytes(), row.getLong(2) * basics.blockBytes()
      };
    }
  }

  private static List<RelationCache> relations(
      Connection connection, Basics basics, boolean readable, Optional<RelationFiles> files)
      throws SQLException {
    String source =
        readable
            ? basics.view()
            // The same columns without a row.
            : "(SELECT NULL::oid relfilenode, NULL::oid reltablespace, NULL::oid reldatabase,"
                + " NULL::bool isdirty, NULL::int usagecount WHERE false)";
    String sql = SqlFile.statement("cache-relations.sql").replace("$VIEW$", source);
    List<RelationCache> found = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(sql);
        ResultSet row = query.executeQuery()) {
      while (row.next()) {
        String path = row.getString("path");
        long buffers = row.getLong("buffers") * basics.blockBytes();
        found.add(
            new RelationCache(
                row.getString("nspname"),
                row.getString("relname"),
                row.getString("kind"),
                row.getLong("size_bytes"),
                readable ? buffers : -1,
                readable ? row.getLong("dirty") * basics.blockBytes() : -1,
                readable ? row.getDouble("usage") : -1,
                path == null ? -1 : files.map(each -> each.resident(path)).orElse(-1L)));
      }
    }
    found.sort(
        Comparator.comparingLong((RelationCache each) ->
                Math.max(0, each.bufferBytes()) + Math.max(0, each.pageCacheBytes()))
            .reversed());
    return found;
  }
}

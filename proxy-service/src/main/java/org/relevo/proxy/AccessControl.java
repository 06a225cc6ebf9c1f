package org.relevo.proxy;

import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.auth.AuthSettings;
import org.relevo.proxy.auth.AuthTools;
import org.relevo.proxy.auth.Authentication;
import org.relevo.proxy.auth.Authentications;
import org.relevo.proxy.auth.ServerLogins;
import org.relevo.proxy.auth.hba.HbaRules;
import org.relevo.proxy.auth.hba.IdentMap;
import org.relevo.proxy.auth.stored.AuthQuery;
import org.relevo.proxy.auth.stored.CachedRoles;
import org.relevo.proxy.auth.stored.PoolPasswd;
import org.relevo.proxy.auth.stored.PoolPasswdFile;
import org.relevo.proxy.auth.stored.StoredPasswordSource;
import org.relevo.proxy.config.ConfigException;
import org.relevo.proxy.config.ConfigProblem;
import org.relevo.proxy.config.ProxyConfig;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.net.Access;
import org.relevo.proxy.server.ServerSecurity;
import org.relevo.proxy.tls.ClientTls;
import org.relevo.proxy.tls.ServerTls;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What decides who comes in, made of the configuration and the files that it names.
///
/// Owner: thread-safe; [#close] once.
final class AccessControl implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AccessControl.class);

  private final ClusterViews views;
  private final List<NodeSettings> nodes;
  private final AuthTools tools;
  // Guarded by this.
  private @Nullable Source source;
  private volatile boolean clearTextToServers;

  /// Where stored passwords come from, with what it was made of.
  private record Source(
      String query,
      String database,
      Duration cacheTime,
      @Nullable AuthQuery catalog,
      StoredPasswordSource roles) {}

  /// What a reload has ready.
  ///
  /// @param source closes nothing when it is not used: it has asked nobody yet
  record Next(Authentication authentication, Object source, boolean clearTextToServers) {}

  AccessControl(ClusterViews views, List<NodeSettings> nodes) {
    this.views = views;
    this.nodes = List.copyOf(nodes);
    this.tools = AuthTools.of(StoredPasswordSource.NONE);
  }

  /// @param servers contexts for connections to servers
  /// @throws ConfigException with all that is wrong with the files
  Access of(ProxyConfig.Authentication settings, ClientTls clients, ServerTls servers)
      throws ConfigException {
    Next next = prepare(settings);
    use(next);
    ServerLogins logins = new ServerLogins(tools.computing(), () -> clearTextToServers);
    return new Access(next.authentication(), logins::begin, security(servers), clients);
  }

  private static ServerSecurity security(ServerTls servers) {
    return (node, channel) -> servers.prepare(node.id(), node.host(), node.port(), channel);
  }

  /// Reads the files and changes nothing.
  ///
  /// @throws ConfigException with all that is wrong with them
  Next prepare(ProxyConfig.Authentication settings) throws ConfigException {
    List<ConfigProblem> problems = new ArrayList<>();
    Optional<HbaRules> rules =
        settings.hbaEnabled()
            ? read(problems, () -> HbaRules.read(settings.hbaFile()))
            : Optional.empty();
    IdentMap maps =
        settings.hbaEnabled() && Files.exists(settings.identFile())
            ? read(problems, () -> IdentMap.read(settings.identFile())).orElse(IdentMap.EMPTY)
            : IdentMap.EMPTY;
    PoolPasswd listed =
        settings
            .passwordFile()
            .flatMap(file -> read(problems, () -> PoolPasswdFile.read(file, settings.keyFile())))
            .map(AccessControl::warned)
            .orElse(PoolPasswd.NONE);
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    Source from = source(settings);
    AuthSettings wanted = new AuthSettings(rules, maps, listed, settings.clearTextAllowed());
    return new Next(
        Authentications.of(wanted, tools.with(from.roles())), from, settings.clearTextToServers());
  }

  /// Closes what is not used any more. Logins under way are not harmed: what they ask then fails,
  /// and they are told to try again.
  synchronized void use(Next next) {
    Source former = source;
    source = (Source) next.source();
    clearTextToServers = next.clearTextToServers();
    if (former != null && !former.equals(source) && former.catalog() != null) {
      former.catalog().close();
    }
  }

  private interface Reading<T> {
    T read() throws ConfigException;
  }

  private static <T> Optional<T> read(List<ConfigProblem> problems, Reading<T> reading) {
    try {
      return Optional.of(reading.read());
    } catch (ConfigException e) {
      problems.addAll(e.problems());
      return Optional.empty();
    }
  }

  private static PoolPasswd warned(PoolPasswdFile.Loaded loaded) {
    loaded.warnings().forEach(warning -> LOG.warn("auth.file_warning {}", warning));
    return loaded.entries();
  }

  private synchronized Source source(ProxyConfig.Authentication settings) {
    Source now = source;
    if (now != null
        && now.query().equals(settings.query())
        && now.database().equals(settings.database())
        && now.cacheTime().equals(settings.cacheTime())) {
      return now;
    }
    if (settings.query().isEmpty()) {
      return new Source(
          "", settings.database(), settings.cacheTime(), null, StoredPasswordSource.NONE);
    }
    List<NodeSettings> asked =
        nodes.stream().map(node -> node.inDatabase(settings.database())).toList();
    AuthQuery catalog = new AuthQuery(views, asked, settings.query());
    return new Source(
        settings.query(),
        settings.database(),
        settings.cacheTime(),
        catalog,
        new CachedRoles(catalog, settings.cacheTime()));
  }

  @Override
  public synchronized void close() {
    Source last = source;
    if (last != null && last.catalog() != null) {
      last.catalog().close();
    }
    tools.close();
  }
}

package org.relevo.proxy.testkit;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.relevo.proxy.auth.AuthSettings;
import org.relevo.proxy.auth.AuthTools;
import org.relevo.proxy.auth.Authentication;
import org.relevo.proxy.auth.Authentications;
import org.relevo.proxy.auth.ServerLogins;
import org.relevo.proxy.auth.hba.IdentMap;
import org.relevo.proxy.auth.stored.PoolPasswd;
import org.relevo.proxy.auth.stored.StoredPassword;
import org.relevo.proxy.auth.stored.StoredPasswordSource;
import org.relevo.proxy.auth.stored.StoredRole;
import org.relevo.proxy.net.Access;
import org.relevo.proxy.net.ProxyServerSettings;
import org.relevo.proxy.net.UnixSockets;
import org.relevo.proxy.pool.LimitSettings;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.pool.PoolSettings;
import org.relevo.proxy.server.ServerSecurity;
import org.relevo.proxy.session.SessionSettings;

/// How proxies of tests let in the roles of a [RealServer]: `trusty` as it says, `plain` by
/// clear-text password, all others by what the server stores.
public final class TestAccess {
  private TestAccess() {}

  /// @param port of the server that is asked for stored passwords
  public static Access of(int port) {
    AuthTools tools = AuthTools.of(new ServersPasswords(port));
    Authentication trusting = with(true, false, tools);
    Authentication asking = with(false, true, tools);
    Authentication usual = with(false, false, tools);
    Authentication byRole =
        (client, peer) ->
            (switch (client.user()) {
                  case "trusty" -> trusting;
                  case "plain" -> asking;
                  default -> usual;
                })
                .begin(client, peer);
    return new Access(
        byRole, new ServerLogins(tools.computing(), () -> true)::begin, ServerSecurity.PLAIN);
  }

  /// Lets everybody in.
  public static Access open() {
    AuthTools tools = AuthTools.of(new ServersPasswords(0));
    return new Access(
        with(true, false, tools),
        new ServerLogins(tools.computing(), () -> true)::begin,
        ServerSecurity.PLAIN);
  }

  private static Authentication with(boolean trust, boolean clear, AuthTools tools) {
    AuthSettings settings =
        trust
            ? AuthSettings.TRUST
            : new AuthSettings(Optional.empty(), IdentMap.EMPTY, PoolPasswd.NONE, clear);
    return Authentications.of(settings, tools);
  }

  public static ProxyServerSettings settings(int port, int loops, SessionSettings sessions) {
    return settings(port, loops, sessions, pools(PoolMode.SESSION, 100));
  }

  public static ProxyServerSettings settings(
      int port, int loops, SessionSettings sessions, PoolSettings pools) {
    return new ProxyServerSettings(
        java.util.List.of("127.0.0.1"),
        port,
        UnixSockets.NONE,
        1024,
        loops,
        sessions,
        (_, _) -> pools,
        LimitSettings.NONE);
  }

  public static PoolSettings pools(PoolMode mode, int size) {
    PoolSettings usual = PoolSettings.DEFAULT;
    return new PoolSettings(
        mode,
        size,
        0,
        usual.queryWait(),
        usual.idleLife(),
        usual.life(),
        0,
        usual.checkDelay(),
        usual.resetQueries(),
        false,
        usual.preparedStatements(),
        true,
        Duration.ZERO,
        Duration.ZERO);
  }

  private record ServersPasswords(int port) implements StoredPasswordSource {
    @Override
    public CompletionStage<StoredRole> role(String name, boolean fresh) {
      return Background.run(() -> {
        try (Connection connection =
                DriverManager.getConnection(
                    "jdbc:postgresql://127.0.0.1:" + port + "/postgres",
                    "postgres",
                    RealServer.PASSWORD);
            PreparedStatement query =
                connection.prepareStatement(
                    "SELECT rolpassword FROM pg_authid WHERE rolname = ?")) {
          query.setString(1, name);
          try (ResultSet rows = query.executeQuery()) {
            if (!rows.next()) {
              return StoredRole.UNKNOWN;
            }
            return new StoredRole(
                Optional.ofNullable(rows.getString(1)).flatMap(StoredPassword::parse),
                Optional.empty(),
                true);
          }
        }
      });
    }

    @Override
    public CompletionStage<Set<String>> memberships(String name) {
      return CompletableFuture.completedFuture(Set.of(name));
    }
  }
}

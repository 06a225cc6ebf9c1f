package org.relevo.proxy;

import java.util.List;
import org.relevo.proxy.auth.AuthSettings;
import org.relevo.proxy.auth.AuthTools;
import org.relevo.proxy.auth.Authentication;
import org.relevo.proxy.auth.Authentications;
import org.relevo.proxy.auth.ServerLogins;
import org.relevo.proxy.auth.stored.AuthQuery;
import org.relevo.proxy.auth.stored.CachedRoles;
import org.relevo.proxy.config.ProxyConfig;
import org.relevo.proxy.core.CloseStack;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.net.Access;
import org.relevo.proxy.server.ServerSecurity;

/// What decides who comes in, made of the configuration.
///
/// Owner: thread-safe; [#close] once.
final class AccessControl implements AutoCloseable {
  private final CloseStack parts = new CloseStack();
  private final AuthTools tools;

  AccessControl(ProxyConfig.Authentication settings, ClusterViews views, List<NodeSettings> nodes) {
    String query = settings.query().isEmpty() ? AuthQuery.DEFAULT : settings.query();
    AuthQuery catalog = parts.add("auth query", new AuthQuery(views, nodes, query));
    tools = parts.add("login tools", AuthTools.of(new CachedRoles(catalog, settings.cacheTime())));
  }

  Access of(ProxyConfig.Authentication settings) {
    ServerLogins logins = new ServerLogins(tools.computing(), false);
    return new Access(authentication(settings), logins::begin, ServerSecurity.PLAIN);
  }

  Authentication authentication(ProxyConfig.Authentication settings) {
    return Authentications.of(
        new AuthSettings(false, AuthSettings.DEFAULTS.listed(), settings.clearTextAllowed()),
        tools);
  }

  @Override
  public void close() {
    parts.close();
  }
}

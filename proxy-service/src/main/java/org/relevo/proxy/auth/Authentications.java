package org.relevo.proxy.auth;

import org.relevo.proxy.auth.hba.HbaFacts;
import org.relevo.proxy.auth.hba.HbaRules;

/// Logins by the settings.
///
/// A reload makes another one with the same tools.
///
/// Thread-safe.
public final class Authentications implements Authentication {
  private final AuthSettings settings;
  private final RoleSecrets secrets;
  private final AuthTools tools;

  private Authentications(AuthSettings settings, RoleSecrets secrets, AuthTools tools) {
    this.settings = settings;
    this.tools = tools;
    this.secrets = secrets;
  }

  public static Authentication of(AuthSettings settings, AuthTools tools) {
    return new Authentications(
        settings,
        new RoleSecrets(
            settings.listed(),
            tools.source(),
            tools.computing(),
            tools.clock(),
            tools.mockSecret()),
        tools);
  }

  @Override
  public ClientLogin begin(ClientFacts client, ClientLogin.Peer peer) {
    Login login = new Login(client, peer);
    if (settings.rules().isPresent()) {
      HbaRules rules = settings.rules().get();
      new RuleLogin(login, rules, settings.maps(), secrets, tools).decide(HbaFacts.NONE);
    } else if (settings.clearTextFront() && settings.listed().find(client.user()).isEmpty()) {
      new StoredLogin(login, secrets, false).clearText();
    } else {
      new StoredLogin(login, secrets, false).byStoredForm();
    }
    return login;
  }
}

package org.relevo.proxy.auth;

/// Logins by the settings.
///
/// Thread-safe.
public final class Authentications implements Authentication {
  private final AuthSettings settings;
  private final RoleSecrets secrets;

  private Authentications(AuthSettings settings, RoleSecrets secrets) {
    this.settings = settings;
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
            tools.mockSecret()));
  }

  @Override
  public ClientLogin begin(ClientFacts client, ClientLogin.Peer peer) {
    Login login = new Login(client, peer);
    if (settings.trustAll()) {
      login.accept(secrets.listedCredentials(client.user()));
    } else if (settings.clearTextFront() && settings.listed().find(client.user()).isEmpty()) {
      new StoredLogin(login, secrets, false).clearText();
    } else {
      new StoredLogin(login, secrets, false).byStoredForm();
    }
    return login;
  }
}

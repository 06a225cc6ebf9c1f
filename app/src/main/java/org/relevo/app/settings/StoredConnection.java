package org.relevo.app.settings;

/// A connection as it is remembered; "" and 0 stand for what was left empty.
///
/// @param pin SHA-256 of the accepted certificate
/// @param sealedPassword see [SecretStore]
/// @param sshHost "" for a direct connection
/// @param environment what the cluster is used for, such as `production`; "" when not said
public record StoredConnection(
    String host,
    int port,
    String user,
    String sealedPassword,
    String certificate,
    String pin,
    String sshHost,
    int sshPort,
    String sshUser,
    String sshKeyFile,
    String sealedSshPassword,
    String environment) {
  /// What tells stored connections apart, and what a secret is bound to.
  public String name() {
    String target = user + "@" + host + ":" + port;
    return sshHost.isEmpty() ? target : target + " (" + sshHost + ")";
  }

  public StoredConnection withSecrets(String password, String sshPassword) {
    return new StoredConnection(
        host,
        port,
        user,
        password,
        certificate,
        pin,
        sshHost,
        sshPort,
        sshUser,
        sshKeyFile,
        sshPassword,
        environment);
  }

  public StoredConnection withEnvironment(String newEnvironment) {
    return new StoredConnection(
        host,
        port,
        user,
        sealedPassword,
        certificate,
        pin,
        sshHost,
        sshPort,
        sshUser,
        sshKeyFile,
        sealedSshPassword,
        newEnvironment);
  }
}

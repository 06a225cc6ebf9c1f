package org.relevo.proxy.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.relevo.proxy.config.TlsSettings;

/// What a member of the quorum shows to the others, and whom it believes: both sides of every
/// connection prove who they are by a certificate of one of these authorities.
public record MemberTls(KeyManager identity, TrustManager trust) {
  private static final char[] NO_PASSWORD = {};

  /// Reads `raft_tls_cert`, `raft_tls_key` and `raft_tls_ca`.
  ///
  /// @throws TlsConfigException naming the setting, why and what to do
  public static MemberTls read(Path certificate, Path key, Path authorities)
      throws TlsConfigException {
    TlsFiles files = new TlsFiles(new PassphraseCommand("", Duration.ZERO));
    TlsFiles.Identity identity =
        files.identity(new TlsSettings.Pair(certificate, key), "raft_tls_cert", "raft_tls_key");
    List<X509Certificate> trusted = files.certificates(authorities, "raft_tls_ca");
    try {
      return new MemberTls(keyManager(identity), trustManager(trusted));
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsConfigException(
          "raft_tls_cert", "'" + certificate + "' cannot be used: " + e.getMessage(), e);
    }
  }

  private static KeyManager keyManager(TlsFiles.Identity identity)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "member", identity.key(), NO_PASSWORD, identity.chain().toArray(X509Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers()[0];
  }

  private static TrustManager trustManager(List<X509Certificate> trusted)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (int i = 0; i < trusted.size(); i++) {
      store.setCertificateEntry("authority" + i, trusted.get(i));
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers()[0];
  }

  /// Without the key.
  @Override
  public String toString() {
    return "MemberTls";
  }
}

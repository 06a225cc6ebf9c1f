package org.relevo.proxy.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.relevo.proxy.config.TlsSettings;

/// What makes a peer's certificate good.
final class TrustRules {
  private TrustRules() {}

  /// A chain to one of the authorities, none of it revoked. With a revocation file every authority
  /// of a chain needs its list in it, as OpenSSL does with `CRL_CHECK_ALL`.
  ///
  /// @param authoritiesName setting, for messages
  static TrustManager[] of(
      TlsSettings.Trust trust, TlsFiles files, String authoritiesName, String revocationsName)
      throws TlsConfigException {
    List<X509Certificate> anchors = new ArrayList<>();
    if (trust.authorities().isPresent()) {
      anchors.addAll(files.certificates(trust.authorities().get(), authoritiesName));
    }
    if (trust.folder().isPresent()) {
      anchors.addAll(files.folder(trust.folder().get(), authoritiesName + "_dir"));
    }
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < anchors.size(); i++) {
        store.setCertificateEntry("authority" + i, anchors.get(i));
      }
      PKIXBuilderParameters rules = new PKIXBuilderParameters(store, new X509CertSelector());
      rules.setRevocationEnabled(trust.revocations().isPresent());
      if (trust.revocations().isPresent()) {
        rules.addCertStore(
            CertStore.getInstance(
                "Collection",
                new CollectionCertStoreParameters(
                    files.revocations(trust.revocations().get(), revocationsName))));
        PKIXRevocationChecker checker =
            (PKIXRevocationChecker) CertPathBuilder.getInstance("PKIX").getRevocationChecker();
        // The files alone count: nothing is fetched while a connection waits.
        checker.setOptions(
            EnumSet.of(
                PKIXRevocationChecker.Option.PREFER_CRLS,
                PKIXRevocationChecker.Option.NO_FALLBACK));
        rules.addCertPathChecker(checker);
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(new CertPathTrustManagerParameters(rules));
      return factory.getTrustManagers();
    } catch (GeneralSecurityException | IOException e) {
      if (e instanceof TlsConfigException known) {
        throw known;
      }
      throw new TlsConfigException(
          authoritiesName, "cannot be used to check certificates: " + e.getMessage(), e);
    }
  }

  /// Any certificate: for modes that encrypt and do not ask who is there.
  static TrustManager anybody() {
    return new Anybody();
  }

  private static final class Anybody extends X509ExtendedTrustManager {
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}

package org.relevo.jmx.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.Key;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.client.Endpoint;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.client.Login;
import org.relevo.jmx.client.Trust;
import org.relevo.jmx.testkit.FakeService;

/// Certificates of the administrator's own, and certificates that are replaced while consoles work.
@Timeout(180)
class CertificateReloadTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String PASSWORD = "changeit";

  @TempDir static Path made;
  @TempDir Path folder;
  private final FakeService service = new FakeService();

  CertificateReloadTest() throws IOException {}

  /// Two pairs `a` and `b`, as key store and in PEM.
  @BeforeAll
  static void makePairs() throws Exception {
    for (String name : List.of("a", "b")) {
      Path store = made.resolve(name + ".p12");
      SelfSignedCertificate.make(store, PASSWORD, List.of("127.0.0.1"));
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(store)) {
        keys.load(in, PASSWORD.toCharArray());
      }
      Key key = keys.getKey(SelfSignedCertificate.ALIAS, PASSWORD.toCharArray());
      pem(made.resolve(name + ".key"), "PRIVATE KEY", key.getEncoded());
      pem(
          made.resolve(name + ".crt"),
          "CERTIFICATE",
          keys.getCertificate(SelfSignedCertificate.ALIAS).getEncoded());
    }
  }

  private static void pem(Path file, String kind, byte[] content) throws IOException {
    PrivateFiles.write(
        file,
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(kind, Base64.getMimeEncoder().encodeToString(content), kind));
  }

  private void copy(String from, String to) throws IOException {
    Path next = folder.resolve("next");
    Files.copy(made.resolve(from), next, StandardCopyOption.COPY_ATTRIBUTES);
    PrivateFiles.tighten(next);
    Files.move(next, folder.resolve(to), StandardCopyOption.REPLACE_EXISTING);
  }

  private JmxConnection open(JmxConnector connector, Path pem) throws IOException {
    return JmxConnection.open(
        Endpoint.direct("127.0.0.1", connector.port(), Trust.pem(pem)),
        new Login("admin", Files.readString(folder.resolve("jmx/admin.password")).strip()),
        LIMIT);
  }

  private JmxConnectorSettings given() throws IOException {
    copy("a.crt", "tls.crt");
    copy("a.key", "tls.key");
    return JmxConnectorSettings.loopback(FakeService.freePort(), folder)
        .withCertificate(
            Optional.of(
                new CertificateFiles(folder.resolve("tls.crt"), folder.resolve("tls.key"))));
  }

  @Test
  void aGivenCertificateIsShownAndAReplacedOneToNewConnections() throws Exception {
    try (JmxConnector connector = JmxConnector.start(service.mbeans, given())) {
      try (JmxConnection first = open(connector, made.resolve("a.crt"))) {
        assertThat(first.cluster().getStatus()).isNotNull();
      }
      assertThat(folder.resolve("jmx/keystore.p12")).doesNotExist();
      assertThat(connector.useCertificateIfChanged()).isFalse();
      copy("b.key", "tls.key");
      // Half of a change is no certificate that could be shown: the one before stays.
      assertThat(connector.useCertificateIfChanged()).isFalse();
      // Nor is a damaged one, nor one that is gone.
      Files.writeString(
          folder.resolve("tls.key"),
          Files.readString(folder.resolve("tls.key"))
              .replaceFirst("[A-Za-z0-9]=*\\R-----END", "\n-----END"));
      assertThat(connector.useCertificateIfChanged()).isFalse();
      Files.delete(folder.resolve("tls.crt"));
      assertThat(connector.useCertificateIfChanged()).isFalse();
      copy("b.key", "tls.key");
      copy("b.crt", "tls.crt");
      assertThat(connector.useCertificateIfChanged()).isTrue();
      try (JmxConnection fresh = open(connector, made.resolve("b.crt"))) {
        assertThat(fresh.cluster().getStatus()).isNotNull();
      }
      assertThatThrownBy(() -> open(connector, made.resolve("a.crt")).close())
          .isInstanceOf(RuntimeException.class);
      // Programs of this machine find the new one where they look for it.
      try (JmxConnection local = open(connector, connector.certificateFile())) {
        assertThat(local.cluster().getStatus()).isNotNull();
      }
    }
  }

  /// Nobody has to ask for it.
  @Test
  void theServiceLooksByItself() throws Exception {
    try (JmxConnector connector = JmxConnector.start(service.mbeans, given())) {
      copy("b.crt", "tls.crt");
      copy("b.key", "tls.key");
      long deadlineNs = System.nanoTime() + LIMIT.toNanos();
      String wanted = Trust.pem(made.resolve("b.crt")).toString();
      while (!Trust.pem(connector.certificateFile()).toString().equals(wanted)) {
        assertThat(System.nanoTime()).isLessThan(deadlineNs);
        Thread.sleep(50);
      }
      try (JmxConnection fresh = open(connector, made.resolve("b.crt"))) {
        assertThat(fresh.cluster().getStatus()).isNotNull();
      }
    }
  }

  @Test
  void whatCannotBeUsedIsNamed() throws Exception {
    JmxConnectorSettings settings = given();
    copy("b.key", "tls.key");
    // Same algorithm, another pair: found when the key is tried.
    assertThatThrownBy(() -> JmxConnector.start(service.mbeans, settings).close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("jmx_key");
    Files.writeString(folder.resolve("tls.crt"), "nothing\n");
    assertThatThrownBy(() -> JmxConnector.start(service.mbeans, settings).close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("jmx_cert " + folder.resolve("tls.crt"));
    copy("b.crt", "tls.crt");
    Files.setPosixFilePermissions(
        folder.resolve("tls.key"),
        java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> JmxConnector.start(service.mbeans, settings).close())
        .hasMessageContaining("chmod 600");
  }
}

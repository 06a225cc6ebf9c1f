package org.relevo.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.core.BackendId;

class TlsSettingsTest {
  private static final TlsSettings.Trust NOBODY =
      new TlsSettings.Trust(Optional.empty(), Optional.empty(), Optional.empty());

  @TempDir Path folder;

  @Test
  void everyDefaultIsAsDocumented() throws Exception {
    assertThat(load("").tls())
        .isEqualTo(
            new TlsSettings(
                false,
                Optional.empty(),
                NOBODY,
                "HIGH:MEDIUM:+3DES:!aNULL",
                false,
                "X25519:prime256v1",
                TlsVersion.V1_2,
                TlsVersion.V1_3,
                "",
                List.of(
                    new TlsSettings.Server(
                        new BackendId(0), SslMode.PREFER, NOBODY, Optional.empty()))));
  }

  @Test
  void everySettingReachesTheConfiguration() throws Exception {
    ProxyConfig config =
        load(
            """
            ssl = on
            ssl_cert = 'server.crt'
            ssl_key = 'server.key'
            ssl_ca_cert = 'ca.crt'
            ssl_ca_cert_dir = 'ca.d'
            ssl_crl_file = 'ca.crl'
            ssl_ciphers = 'ECDHE+AESGCM'
            ssl_prefer_server_ciphers = on
            ssl_ecdh_curve = 'P-384'
            ssl_min_protocol_version = 'TLSv1.3'
            ssl_max_protocol_version = 'tlsv1.3'
            ssl_passphrase_command = 'cat %p'
            backend_sslmode0 = 'verify-full'
            backend_ssl_ca_cert0 = 'db1.crt'
            backend_ssl_crl_file0 = 'db1.crl'
            backend_ssl_cert0 = 'us.crt'
            backend_ssl_key0 = 'us.key'
            backend_hostname3 = 'db3'
            """);
    TlsSettings.Trust common = new TlsSettings.Trust(in("ca.crt"), in("ca.d"), in("ca.crl"));
    assertThat(config.tls())
        .isEqualTo(
            new TlsSettings(
                true,
                pair("server"),
                common,
                "ECDHE+AESGCM",
                true,
                "P-384",
                TlsVersion.V1_3,
                TlsVersion.V1_3,
                "cat %p",
                List.of(
                    new TlsSettings.Server(
                        new BackendId(0),
                        SslMode.VERIFY_FULL,
                        new TlsSettings.Trust(in("db1.crt"), Optional.empty(), in("db1.crl")),
                        pair("us")),
                    new TlsSettings.Server(
                        new BackendId(3), SslMode.PREFER, common, Optional.empty()))));
    assertThat(
            SettingTable.settings().stream()
                .filter(setting -> setting.section().equals("TLS"))
                .map(setting -> setting.name().replaceFirst("N$", "0")))
        .isNotEmpty()
        .allMatch(config.assigned()::containsKey);
  }

  @Test
  void whatCannotWorkIsAProblem() {
    assertProblem("ssl = on", "ssl: ssl = on needs ssl_cert and ssl_key");
    assertProblem("ssl_cert = 'a'", "ssl_cert: ssl_cert and ssl_key belong together");
    assertProblem("backend_ssl_key0 = 'a'", "backend_ssl_key0: backend_ssl_cert0 and");
    assertProblem("ssl_crl_file = 'a'", "ssl_crl_file: has no effect without ssl_ca_cert");
    assertProblem("backend_sslmode0 = verify-ca", "verify-ca needs backend_ssl_ca_cert0 or ssl_ca");
    assertProblem("backend_sslmode0 = allow", "'allow' is not known; use one of [disable, prefer");
    assertProblem("backend_ssl_ca_cert0 = 'a'", "is not used with backend_sslmode0 = prefer");
    assertProblem(
        "ssl_min_protocol_version = TLSv1.3\nssl_max_protocol_version = TLSv1.2",
        "ssl_min_protocol_version: TLSv1.3 is newer than ssl_max_protocol_version");
    assertProblem("ssl_min_protocol_version = TLSv1", "'TLSv1' is not known; use one of [tlsv1.2");
  }

  private void assertProblem(String lines, String message) {
    assertThatThrownBy(() -> load(lines + "\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  private Optional<Path> in(String name) {
    return Optional.of(folder.resolve(name));
  }

  private Optional<TlsSettings.Pair> pair(String name) {
    return Optional.of(
        new TlsSettings.Pair(folder.resolve(name + ".crt"), folder.resolve(name + ".key")));
  }

  private ProxyConfig load(String lines) throws IOException, ConfigException {
    Path file = folder.resolve("relevo.conf");
    return ProxyConfig.load(Files.writeString(file, "backend_hostname0 = 'db1'\n" + lines));
  }
}

package org.relevo.proxy.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.relevo.proxy.core.BackendId;

/// Reads the settings of section TLS.
///
/// Owner: the thread that reads the configuration.
final class TlsSettingsReader {
  private final SettingValues values;

  TlsSettingsReader(SettingValues values) {
    this.values = values;
  }

  TlsSettings read(List<ProxyConfig.Backend> backends) {
    boolean enabled = values.bool("ssl");
    Optional<TlsSettings.Pair> identity = pair("ssl_cert", "ssl_key");
    if (enabled && identity.isEmpty()) {
      values.problem("ssl", "ssl = on needs ssl_cert and ssl_key; name both files");
    }
    TlsSettings.Trust trust =
        new TlsSettings.Trust(
            values.path("ssl_ca_cert"),
            values.path("ssl_ca_cert_dir"),
            values.path("ssl_crl_file"));
    if (trust.isEmpty() && trust.revocations().isPresent()) {
      values.problem("ssl_crl_file", "has no effect without ssl_ca_cert; name the authorities");
    }
    TlsVersion oldest = values.choice(TlsVersion.class, "ssl_min_protocol_version");
    TlsVersion newest = values.choice(TlsVersion.class, "ssl_max_protocol_version");
    if (oldest.compareTo(newest) > 0) {
      values.problem(
          "ssl_min_protocol_version",
          oldest + " is newer than ssl_max_protocol_version = " + newest);
    }
    return new TlsSettings(
        enabled,
        identity,
        trust,
        values.text("ssl_ciphers"),
        values.bool("ssl_prefer_server_ciphers"),
        values.text("ssl_ecdh_curve"),
        oldest,
        newest,
        values.text("ssl_passphrase_command"),
        backends.stream().map(backend -> server(backend.id(), trust)).toList());
  }

  private TlsSettings.Server server(BackendId id, TlsSettings.Trust common) {
    String node = String.valueOf(id.value());
    String modeName = "backend_sslmode" + node;
    SslMode mode = values.choice(SslMode.class, "backend_sslmodeN", modeName);
    Optional<Path> authorities = values.path("backend_ssl_ca_certN", "backend_ssl_ca_cert" + node);
    Optional<Path> revocations =
        values.path("backend_ssl_crl_fileN", "backend_ssl_crl_file" + node);
    // A list of revoked certificates must cover the authorities it is used with.
    TlsSettings.Trust trust =
        authorities.isPresent()
            ? new TlsSettings.Trust(authorities, Optional.empty(), revocations)
            : new TlsSettings.Trust(
                common.authorities(), common.folder(), revocations.or(common::revocations));
    if (mode.verifies() && trust.isEmpty()) {
      values.problem(
          modeName, mode + " needs backend_ssl_ca_cert" + node + " or ssl_ca_cert; name one");
    }
    if (!mode.verifies() && authorities.isPresent()) {
      values.problem(
          "backend_ssl_ca_cert" + node,
          "is not used with %s = %s; set it to verify-ca or verify-full".formatted(modeName, mode));
    }
    return new TlsSettings.Server(
        id, mode, trust, pair("backend_ssl_cert" + node, "backend_ssl_key" + node));
  }

  private Optional<TlsSettings.Pair> pair(String certificateName, String keyName) {
    Optional<Path> certificate = values.path(row(certificateName), certificateName);
    Optional<Path> key = values.path(row(keyName), keyName);
    if (certificate.isPresent() != key.isPresent()) {
      values.problem(
          certificate.isPresent() ? certificateName : keyName,
          certificateName + " and " + keyName + " belong together; name both files");
    }
    return certificate.flatMap(chain -> key.map(file -> new TlsSettings.Pair(chain, file)));
  }

  private static String row(String name) {
    return Directives.rowName(name);
  }
}

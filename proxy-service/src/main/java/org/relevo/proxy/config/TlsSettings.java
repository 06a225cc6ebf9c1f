package org.relevo.proxy.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.relevo.proxy.core.BackendId;

/// Encryption of connections, on both sides.
///
/// @param enabled whether clients may encrypt; certificate and key are present then
/// @param trust what client certificates are checked against, and servers by default
/// @param ciphers OpenSSL's notation
/// @param groups names of key exchange groups, separated by colons
/// @param passphraseCommand shell command, "" without one
public record TlsSettings(
    boolean enabled,
    Optional<Pair> identity,
    Trust trust,
    String ciphers,
    boolean preferServerCiphers,
    String groups,
    TlsVersion oldest,
    TlsVersion newest,
    String passphraseCommand,
    List<Server> servers) {
  public TlsSettings {
    servers = List.copyOf(servers);
  }

  /// Files of a certificate chain and its private key.
  public record Pair(Path certificate, Path key) {}

  /// Files of trusted authorities; all may be absent.
  public record Trust(
      Optional<Path> authorities, Optional<Path> folder, Optional<Path> revocations) {
    public boolean isEmpty() {
      return authorities.isEmpty() && folder.isEmpty();
    }
  }

  /// One server.
  ///
  /// @param trust not empty when the mode verifies
  /// @param identity what the service shows to the server
  public record Server(BackendId id, SslMode mode, Trust trust, Optional<Pair> identity) {
    /// As options of libpq, most of which the JDBC driver shares; it knows no `sslcrl`.
    ///
    /// @param withIdentity with what the service shows, for the driver: reads the files; false for
    ///   libpq under another account, which cannot read the key
    public Map<String, String> options(boolean withIdentity) {
      Map<String, String> options = new LinkedHashMap<>();
      options.put("sslmode", mode.toString());
      if (mode.verifies()) {
        trust.authorities().ifPresent(file -> options.put("sslrootcert", file.toString()));
        trust.revocations().ifPresent(file -> options.put("sslcrl", file.toString()));
      }
      if (withIdentity && mode != SslMode.DISABLE) {
        identity.ifPresent(files ->
            DriverKey.algorithm(files)
                .ifPresent(algorithm -> {
                  options.put("sslcert", files.certificate().toString());
                  options.put("sslkey", files.key().toString());
                  options.put("pemKeyAlgorithm", algorithm);
                }));
      }
      return options;
    }
  }

  /// How one server is encrypted.
  public Optional<Server> server(BackendId id) {
    return servers.stream().filter(server -> server.id().equals(id)).findFirst();
  }
}

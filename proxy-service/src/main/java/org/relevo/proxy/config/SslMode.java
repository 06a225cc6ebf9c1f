package org.relevo.proxy.config;

/// How connections to a server are encrypted; the names and meanings of libpq's `sslmode`.
public enum SslMode {
  DISABLE("disable"),
  /// Encrypted when the server offers it; its certificate is not checked.
  PREFER("prefer"),
  /// Always encrypted; the server's certificate is not checked.
  REQUIRE("require"),
  /// The certificate comes from a trusted authority.
  VERIFY_CA("verify-ca"),
  /// As before, and it names the host that was connected to.
  VERIFY_FULL("verify-full");

  private final String text;

  SslMode(String text) {
    this.text = text;
  }

  public boolean verifies() {
    return this == VERIFY_CA || this == VERIFY_FULL;
  }

  /// As in a file.
  @Override
  public String toString() {
    return text;
  }
}

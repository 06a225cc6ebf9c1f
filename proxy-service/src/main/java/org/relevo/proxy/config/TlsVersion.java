package org.relevo.proxy.config;

/// Versions of TLS that are spoken, oldest first.
public enum TlsVersion {
  V1_2("TLSv1.2"),
  V1_3("TLSv1.3");

  private final String text;

  TlsVersion(String text) {
    this.text = text;
  }

  /// As in a file and as in Java's TLS.
  @Override
  public String toString() {
    return text;
  }
}

package org.relevo.jmx.client;

/// A management user. The password never appears in texts.
public record Login(String user, String password) {
  @Override
  public String toString() {
    return user;
  }
}

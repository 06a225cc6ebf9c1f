package org.relevo.proxy.auth;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.relevo.proxy.wire.WireException;

/// One request, one password message: md5 and the methods with a clear-text password.
///
/// Owner: the client's event loop.
final class PasswordExchange implements Exchange {
  /// PostgreSQL's PG_MAX_AUTH_TOKEN_LENGTH.
  private static final int MAX_BYTES = 65_535;

  private final Login login;
  private final int request;
  private final byte[] requestData;
  private final Consumer<String> check;

  /// @param request kind of the authentication request
  PasswordExchange(Login login, int request, byte[] requestData, Consumer<String> check) {
    this.login = login;
    this.request = request;
    this.requestData = requestData;
    this.check = check;
  }

  @Override
  public void begin() {
    login.ask(request, requestData);
  }

  @Override
  public void message(byte[] body) {
    login.pause();
    int length = body.length - 1;
    if (length < 0 || length > MAX_BYTES || body[length] != 0) {
      throw new WireException("invalid password packet size");
    }
    for (int i = 0; i < length; i++) {
      if (body[i] == 0) {
        throw new WireException("invalid password packet size");
      }
    }
    String password = new String(body, 0, length, StandardCharsets.UTF_8);
    if (password.isEmpty()) {
      login.refuse(LoginErrors.emptyPassword());
    } else {
      check.accept(password);
    }
  }
}

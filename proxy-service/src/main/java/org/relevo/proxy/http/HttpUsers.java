package org.relevo.proxy.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who may read figures: `name:password` lines, or everybody when there is no file.
///
/// Owner: none; the file is read at each request.
final class HttpUsers {
  private static final Logger LOG = LoggerFactory.getLogger(HttpUsers.class);
  private static final int MOST_HEADER = 1024;
  private static final long MOST_BYTES = 1024 * 1024;

  private final Optional<Path> file;

  HttpUsers(Optional<Path> file) {
    this.file = file;
  }

  /// @param authorization the request's header
  boolean admits(@Nullable String authorization) {
    if (file.isEmpty()) {
      return true;
    }
    if (authorization == null
        || authorization.length() > MOST_HEADER
        || !authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
      return false;
    }
    byte[] given;
    try {
      given = Base64.getDecoder().decode(authorization.substring(6).strip());
    } catch (IllegalArgumentException _) {
      return false; // not Base64: nobody's name and password
    }
    boolean found = false;
    try {
      if (Files.size(file.get()) > MOST_BYTES) {
        throw new IOException("is too large");
      }
      // Every line is compared, so that the time tells nothing.
      for (String line : Files.readAllLines(file.get(), StandardCharsets.UTF_8)) {
        boolean usable = !line.startsWith("#") && line.indexOf(':') > 0;
        found |= MessageDigest.isEqual(line.getBytes(StandardCharsets.UTF_8), given) && usable;
      }
    } catch (IOException e) {
      LOG.warn("http.no-users file={} reason=\"{}\"", file.get(), e.toString());
    }
    return found;
  }
}

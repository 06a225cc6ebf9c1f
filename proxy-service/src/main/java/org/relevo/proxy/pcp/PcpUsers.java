package org.relevo.proxy.pcp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;

/// Users of `pcp.conf`: `name:md5` a line, `#` begins a comment.
final class PcpUsers {
  private static final int MOST_BYTES = 1024 * 1024;
  private static final int MOST_NAME = 128;
  private static final HexFormat HEX = HexFormat.of();

  private final Map<String, String> hashes;

  private PcpUsers(Map<String, String> hashes) {
    this.hashes = Map.copyOf(hashes);
  }

  /// @throws IOException naming the file when it cannot be read
  static PcpUsers read(Path file) throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw new IOException(file + " is too large");
    }
    return of(Files.readString(file, StandardCharsets.UTF_8));
  }

  /// Lines of another form are passed over, as pgpool-II does.
  static PcpUsers of(String text) {
    Map<String, String> found = new HashMap<>();
    text.lines()
        .map(String::strip)
        .filter(line -> !line.startsWith("#"))
        .forEach(line -> {
          int colon = line.indexOf(':');
          String hash = line.substring(colon + 1).strip().toLowerCase(Locale.ROOT);
          if (colon > 0 && colon <= MOST_NAME && hash.matches("[0-9a-f]{32}")) {
            found.putIfAbsent(line.substring(0, colon), hash);
          }
        });
    return new PcpUsers(found);
  }

  int count() {
    return hashes.size();
  }

  /// Whether the answer proves the password; an unknown name takes as long.
  ///
  /// @param salt 4 bytes that the client was given
  /// @param proof 32 hexadecimal digits
  boolean proves(String user, byte[] salt, String proof) {
    String stored = hashes.getOrDefault(user, "00000000000000000000000000000000");
    String wanted = md5(join(md5(join(stored.getBytes(StandardCharsets.UTF_8), user)), salt));
    boolean equal =
        MessageDigest.isEqual(
            wanted.getBytes(StandardCharsets.UTF_8),
            proof.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
    return equal && hashes.containsKey(user);
  }

  private static byte[] join(byte[] first, String second) {
    return join(first, second.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] join(String first, byte[] second) {
    return join(first.getBytes(StandardCharsets.UTF_8), second);
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] both = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /// The protocol prescribes MD5.
  static String md5(byte[] bytes) {
    try {
      return HEX.formatHex(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
  }
}

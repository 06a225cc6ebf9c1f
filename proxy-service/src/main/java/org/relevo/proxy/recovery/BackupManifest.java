package org.relevo.proxy.recovery;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The server's list of everything that belongs to a backup, with checksums (PostgreSQL manual:
/// "Backup Manifest Format").
///
/// Owner: none, immutable.
final class BackupManifest {
  static final int MAX_BYTES = 256 << 20;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Map<String, BackupTree.Written> files;
  private final byte[] content;

  private BackupManifest(Map<String, BackupTree.Written> files, byte[] content) {
    this.files = Map.copyOf(files);
    this.content = content;
  }

  /// The manifest as received; not to be changed.
  byte[] content() {
    return content;
  }

  /// Reads a manifest and checks its own checksum.
  static BackupManifest read(InputStream in) throws IOException {
    byte[] content = in.readNBytes(MAX_BYTES + 1);
    if (content.length > MAX_BYTES) {
      throw new IOException("the backup manifest is larger than " + MAX_BYTES + " bytes");
    }
    JsonNode root;
    try {
      root = JSON.readTree(content);
    } catch (JacksonException e) {
      throw new IOException("the backup manifest is damaged: " + e.getOriginalMessage(), e);
    }
    String announced = root.path("Manifest-Checksum").asString("");
    String computed = Checksums.sha256(content, lastLineStart(content));
    if (!computed.equals(announced.toLowerCase(Locale.ROOT))) {
      throw new IOException("the backup manifest is damaged: its own checksum is wrong");
    }
    Map<String, BackupTree.Written> files = new HashMap<>();
    for (JsonNode file : root.path("Files")) {
      if (!file.path("Checksum-Algorithm").asString("").equals("SHA256")) {
        throw new IOException("the backup manifest has a file without SHA-256: " + name(file));
      }
      files.put(
          name(file),
          new BackupTree.Written(
              file.path("Size").asLong(-1),
              file.path("Checksum").asString("").toLowerCase(Locale.ROOT)));
    }
    return new BackupManifest(files, content);
  }

  /// Compares what was written with what the server read.
  ///
  /// @throws IOException naming the first differing file and how many differ
  void verify(Map<String, BackupTree.Written> written) throws IOException {
    TreeSet<String> wrong = new TreeSet<>();
    files.forEach((name, expected) -> {
      if (!expected.equals(written.get(name))) {
        wrong.add(name + (written.containsKey(name) ? " differs" : " is missing"));
      }
    });
    for (String name : written.keySet()) {
      // WAL is not in the manifest: each of its records carries its own checksum.
      if (!files.containsKey(name) && !name.startsWith("pg_wal/")) {
        wrong.add(name + " was not announced");
      }
    }
    if (!wrong.isEmpty()) {
      throw new IOException(
          "the copy does not match the server's manifest: %s (%d of %d files)"
              .formatted(wrong.first(), wrong.size(), files.size()));
    }
  }

  /// The checksum covers everything before the last line.
  private static int lastLineStart(byte[] content) {
    int end = content.length;
    while (end > 0 && content[end - 1] == '\n') {
      end--;
    }
    while (end > 0 && content[end - 1] != '\n') {
      end--;
    }
    return end;
  }

  private static String name(JsonNode file) throws IOException {
    String encoded = file.path("Encoded-Path").asString("");
    if (encoded.isEmpty()) {
      return file.path("Path").asString("");
    }
    try {
      return new String(HexFormat.of().parseHex(encoded), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new IOException("the backup manifest has an unreadable path: " + encoded, e);
    }
  }
}

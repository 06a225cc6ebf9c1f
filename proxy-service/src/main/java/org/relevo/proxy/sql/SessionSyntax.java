package org.relevo.proxy.sql;

import java.util.Locale;
import java.util.Set;

/// What decides how a session's texts are read; all of it comes by ParameterStatus. Immutable.
///
/// @param major of the server, as in `server_version`
/// @param standardStrings `standard_conforming_strings`
public record SessionSyntax(int major, boolean standardStrings, Bytes bytes) {
  /// How `client_encoding` uses bytes.
  public enum Bytes {
    UTF8,
    /// ASCII is ASCII, what stands for the others is not known to us.
    ASCII_SAFE,
    /// The second byte of a character may look like ASCII, a quote or backslash included.
    UNSAFE
  }

  private static final Set<String> UTF8_NAMES = Set.of("utf8", "unicode");

  /// Client encodings of the manual ("Character Set Support") whose multi-byte characters have all
  /// their high bits set.
  private static final Set<String> SAFE_NAMES =
      Set.of(
          "sqlascii",
          "euccn",
          "eucjp",
          "eucjis2004",
          "euckr",
          "euctw",
          "muleinternal",
          "koi8",
          "koi8r",
          "koi8u",
          "abc",
          "alt",
          "win",
          "vscii",
          "tcvn",
          "tcvn5712");

  private static final Set<String> SAFE_FAMILIES = Set.of("latin", "iso8859", "win", "windows");

  /// @param encoding value of `client_encoding`
  public static SessionSyntax of(int major, boolean standardStrings, String encoding) {
    return new SessionSyntax(major, standardStrings, bytes(encoding));
  }

  /// An encoding of which nothing is known is unsafe.
  public static Bytes bytes(String encoding) {
    // As PostgreSQL does: case and all but letters and digits do not count.
    String name = encoding.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    if (UTF8_NAMES.contains(name)) {
      return Bytes.UTF8;
    }
    if (SAFE_NAMES.contains(name)) {
      return Bytes.ASCII_SAFE;
    }
    for (String family : SAFE_FAMILIES) {
      String rest = name.startsWith(family) ? name.substring(family.length()) : "";
      // WIN949, WIN936, WIN932 and WIN950 are other names of UHC, GBK, SJIS and BIG5.
      boolean wide = family.startsWith("win") && rest.startsWith("9");
      if (!rest.isEmpty() && !wide && rest.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return Bytes.ASCII_SAFE;
      }
    }
    return Bytes.UNSAFE;
  }
}

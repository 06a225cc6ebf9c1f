package org.relevo.proxy.freshness;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.CRC32C;
import org.relevo.proxy.core.Lsn;

/// The value of `relevo.session`: what a session must see, for another connection, on this service
/// or another one of the cluster.
///
/// ```text
/// r1 + base64url of: system identifier (8 bytes) | timeline (4) | position (8) | CRC-32C (4)
/// ```
///
/// It is no secret and proves nothing: a made-up token can only send its own session's reads to the
/// primary. The checksum finds tokens that were cut or mixed up.
///
/// @param timeline of the primary when the position was taken; 0 with [Lsn#ZERO]: nothing to see
public record SessionToken(long systemIdentifier, long timeline, Lsn position) {
  /// Name of the setting.
  public static final String SETTING = "relevo.session";

  private static final String VERSION = "r1";
  private static final int CHECKED_BYTES = 20;
  private static final int BYTES = CHECKED_BYTES + 4;
  private static final int TEXT_LENGTH = VERSION.length() + BYTES * 4 / 3;

  /// A token that cannot be used: SQLSTATE 22023, and the text for the client.
  public static final class Invalid extends Exception {
    private static final long serialVersionUID = 1;

    Invalid(String message) {
      super(message, null, false, false);
    }
  }

  public SessionToken {
    if (timeline < 0 || timeline > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException("impossible timeline " + timeline);
    }
  }

  /// @param text as [#text] gave it
  /// @throws Invalid saying what is wrong with it
  public static SessionToken parse(String text) throws Invalid {
    if (text.length() < 2 || text.charAt(0) != 'r') {
      throw new Invalid("it does not begin as a token does; use what SHOW " + SETTING + " gives");
    }
    if (!text.startsWith(VERSION)) {
      throw new Invalid("it is of another version of the service; this one reads " + VERSION);
    }
    if (text.length() != TEXT_LENGTH) {
      throw new Invalid("it has %d characters instead of %d".formatted(text.length(), TEXT_LENGTH));
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(text.substring(VERSION.length()));
    } catch (IllegalArgumentException _) {
      throw new Invalid("it has characters that no token has");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (bytes.length != BYTES || checksum(bytes) != in.getInt(CHECKED_BYTES)) {
      throw new Invalid("its checksum is wrong; it was changed on its way");
    }
    return new SessionToken(in.getLong(0), in.getInt(8) & 0xFFFF_FFFFL, new Lsn(in.getLong(12)));
  }

  /// The value for clients.
  public String text() {
    ByteBuffer out = ByteBuffer.allocate(BYTES);
    out.putLong(systemIdentifier).putInt((int) timeline).putLong(position.value());
    out.putInt(checksum(out.array()));
    return VERSION + Base64.getUrlEncoder().withoutPadding().encodeToString(out.array());
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, CHECKED_BYTES);
    return (int) crc.getValue();
  }
}

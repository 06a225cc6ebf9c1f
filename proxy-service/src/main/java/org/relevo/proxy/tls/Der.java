package org.relevo.proxy.tls;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/// As much of ASN.1 DER (X.690) as turns a traditional key into PKCS#8.
final class Der {
  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;
  private static final int PARAMETERS = 0xA0;

  private Der() {}

  static byte[] sequence(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return tagged(SEQUENCE, out.toByteArray());
  }

  static byte[] octets(byte[] content) {
    return tagged(OCTET_STRING, content);
  }

  /// The curve's name in an `ECPrivateKey` (RFC 5915), an object identifier with its header.
  static byte[] curveOf(byte[] ecPrivateKey) throws GeneralSecurityException {
    int at = header(ecPrivateKey, 0, SEQUENCE);
    while (at < ecPrivateKey.length) {
      int tag = ecPrivateKey[at] & 0xFF;
      int content = header(ecPrivateKey, at, tag);
      int end = content + length(ecPrivateKey, at);
      if (end > ecPrivateKey.length) {
        break;
      }
      if (tag == PARAMETERS) {
        return Arrays.copyOfRange(ecPrivateKey, content, end);
      }
      at = end;
    }
    throw new GeneralSecurityException("the key does not name its curve");
  }

  private static byte[] tagged(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else {
      int bytes = content.length < 0x100 ? 1 : content.length < 0x10000 ? 2 : 3;
      out.write(0x80 | bytes);
      for (int i = bytes - 1; i >= 0; i--) {
        out.write(content.length >>> (8 * i));
      }
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  /// @return where the content begins
  private static int header(byte[] der, int at, int tag) throws GeneralSecurityException {
    if (at + 2 > der.length || (der[at] & 0xFF) != tag) {
      throw new GeneralSecurityException("its structure is broken");
    }
    int first = der[at + 1] & 0xFF;
    return at + 2 + (first < 0x80 ? 0 : first & 0x7F);
  }

  private static int length(byte[] der, int at) throws GeneralSecurityException {
    int first = der[at + 1] & 0xFF;
    if (first < 0x80) {
      return first;
    }
    int bytes = first & 0x7F;
    if (bytes == 0 || bytes > 2 || at + 2 + bytes > der.length) {
      throw new GeneralSecurityException("its structure is broken");
    }
    int length = 0;
    for (int i = 0; i < bytes; i++) {
      length = (length << 8) | (der[at + 2 + i] & 0xFF);
    }
    return length;
  }
}

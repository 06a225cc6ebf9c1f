package org.relevo.proxy.wire;

import java.text.Normalizer;

/// SASLprep (RFC 4013) as PostgreSQL uses it: a password that the profile prohibits is taken as it
/// stands. Unassigned code points are those of this Java, where RFC 3454 means Unicode 3.2.
final class SaslPrep {
  private SaslPrep() {}

  static String prepare(String password) {
    if (password.chars().allMatch(c -> c >= 0x20 && c < 0x7F)) {
      return password;
    }
    StringBuilder mapped = new StringBuilder(password.length());
    password
        .codePoints()
        .forEach(c -> {
          if (isSpace(c)) {
            mapped.append(' ');
          } else if (!mapsToNothing(c)) {
            mapped.appendCodePoint(c);
          }
        });
    String normal = Normalizer.normalize(mapped, Normalizer.Form.NFKC);
    boolean usable =
        !normal.isEmpty()
            && normal.codePoints().noneMatch(SaslPrep::isProhibited)
            && isBidirectionallySound(normal);
    return usable ? normal : password;
  }

  /// RFC 3454, table C.1.2.
  private static boolean isSpace(int c) {
    return c == 0xA0
        || c == 0x1680
        || (c >= 0x2000 && c <= 0x200B)
        || c == 0x202F
        || c == 0x205F
        || c == 0x3000;
  }

  /// RFC 3454, table B.1.
  private static boolean mapsToNothing(int c) {
    return c == 0xAD
        || c == 0x34F
        || c == 0x1806
        || (c >= 0x180B && c <= 0x180D)
        || (c >= 0x200C && c <= 0x200D)
        || c == 0x2060
        || (c >= 0xFE00 && c <= 0xFE0F)
        || c == 0xFEFF;
  }

  /// RFC 3454, tables A.1, C.1.2 and C.2.1 to C.9.
  private static boolean isProhibited(int c) {
    return isSpace(c)
        || switch (Character.getType(c)) {
          case Character.CONTROL,
              Character.PRIVATE_USE,
              Character.SURROGATE,
              Character.UNASSIGNED,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR ->
              true;
          default -> false;
        }
        || c == 0x6DD
        || c == 0x70F
        || c == 0x180E
        || (c >= 0x200E && c <= 0x200F)
        || (c >= 0x202A && c <= 0x202E)
        || (c >= 0x2061 && c <= 0x2063)
        || (c >= 0x206A && c <= 0x206F)
        || (c >= 0x2FF0 && c <= 0x2FFB)
        || (c >= 0x340 && c <= 0x341)
        || (c >= 0xFFF9 && c <= 0xFFFD)
        || (c >= 0x1D173 && c <= 0x1D17A)
        || (c >= 0xE0001 && c <= 0xE007F);
  }

  /// RFC 3454, section 6.
  private static boolean isBidirectionallySound(String text) {
    if (text.codePoints().noneMatch(SaslPrep::runsRightToLeft)) {
      return true;
    }
    return text.codePoints()
            .noneMatch(
                c -> Character.getDirectionality(c) == Character.DIRECTIONALITY_LEFT_TO_RIGHT)
        && runsRightToLeft(text.codePointAt(0))
        && runsRightToLeft(text.codePointBefore(text.length()));
  }

  private static boolean runsRightToLeft(int c) {
    byte direction = Character.getDirectionality(c);
    return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
        || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
  }
}

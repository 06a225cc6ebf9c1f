package org.relevo.app.view.part;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;

class PdfPageTest {
  private final BufferedImage picture = picture();

  private static BufferedImage picture() {
    BufferedImage made = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    made.setRGB(0, 0, 0xFF0000);
    made.setRGB(2, 1, 0x123456);
    return made;
  }

  @Test
  void everyObjectIsWhereTheTableSays() throws Exception {
    byte[] page = PdfPage.of(picture, "ventas");
    String text = new String(page, StandardCharsets.ISO_8859_1);
    int table = Integer.parseInt(text.replaceAll("(?s).*startxref\n(\\d+)\n.*", "$1"));
    assertThat(text.substring(table)).startsWith("xref\n0 7\n");
    Matcher entries = Pattern.compile("(\\d{10}) 00000 n ").matcher(text.substring(table));
    int number = 0;
    while (entries.find()) {
      number++;
      int at = Integer.parseInt(entries.group(1));
      assertThat(text.substring(at)).startsWith(number + " 0 obj\n");
    }
    assertThat(number).isEqualTo(6);
  }

  @Test
  void thePixelsAreThoseOfThePicture() throws Exception {
    byte[] page = PdfPage.of(picture, "ventas");
    String text = new String(page, StandardCharsets.ISO_8859_1);
    int image = text.indexOf("/Subtype /Image");
    int start = text.indexOf("stream\n", image) + "stream\n".length();
    byte[] pixels =
        new InflaterInputStream(
                new ByteArrayInputStream(Arrays.copyOfRange(page, start, page.length)))
            .readNBytes(18);
    assertThat(pixels).startsWith((byte) 0xFF, (byte) 0, (byte) 0);
    assertThat(Arrays.copyOfRange(pixels, 15, 18)).containsExactly(0x12, 0x34, 0x56);
  }

  @Test
  void bracketsInTheHeadDoNotEndIt() throws Exception {
    String text = new String(PdfPage.of(picture, "a (b) \\ ñ"), StandardCharsets.ISO_8859_1);
    assertThat(text).contains("(a \\(b\\) \\\\ ñ) Tj");
  }
}

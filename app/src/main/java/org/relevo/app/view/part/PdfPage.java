package org.relevo.app.view.part;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/// One page of PDF with a picture and a line above it, for paper where no printer is set up. Pure.
final class PdfPage {
  // A4 on its side, in points.
  private static final double WIDTH = 842;
  private static final double HEIGHT = 595;
  private static final double MARGIN = 28;
  private static final double HEAD = 22;
  private static final int FIRST_PRINTED = 0x20;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final List<Integer> offsets = new ArrayList<>();

  private PdfPage() {}

  /// @param head what the page is about; letters outside of Latin-1 become question marks
  static byte[] of(BufferedImage picture, String head) throws IOException {
    return new PdfPage().write(picture, head);
  }

  private byte[] write(BufferedImage picture, String head) throws IOException {
    double scale =
        Math.min(
            (WIDTH - 2 * MARGIN) / picture.getWidth(),
            (HEIGHT - 2 * MARGIN - HEAD) / picture.getHeight());
    double width = picture.getWidth() * scale;
    double height = picture.getHeight() * scale;
    String content =
        String.format(
            Locale.ROOT,
            "BT /F1 11 Tf %.2f %.2f Td (%s) Tj ET%nq %.2f 0 0 %.2f %.2f %.2f cm /Im1 Do Q%n",
            MARGIN,
            HEIGHT - MARGIN - 11,
            escaped(head),
            width,
            height,
            (WIDTH - width) / 2,
            HEIGHT - MARGIN - HEAD - height);
    text("%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n");
    object("<< /Type /Catalog /Pages 2 0 R >>");
    object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    object(
        String.format(
            Locale.ROOT,
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %.0f %.0f] /Contents 4 0 R"
                + " /Resources << /Font << /F1 5 0 R >> /XObject << /Im1 6 0 R >> >> >>",
            WIDTH,
            HEIGHT));
    stream("", content.getBytes(StandardCharsets.ISO_8859_1));
    object(
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>");
    stream(
        "/Type /XObject /Subtype /Image /Width "
            + picture.getWidth()
            + " /Height "
            + picture.getHeight()
            + " /ColorSpace /DeviceRGB"
            + " /BitsPerComponent 8 /Filter /FlateDecode ",
        pixels(picture));
    int table = out.size();
    text("xref\n0 " + (offsets.size() + 1) + "\n0000000000 65535 f \n");
    for (int offset : offsets) {
      text(String.format(Locale.ROOT, "%010d 00000 n \n", offset));
    }
    text("trailer\n<< /Size " + (offsets.size() + 1) + " /Root 1 0 R >>\n");
    text("startxref\n" + table + "\n%%EOF\n");
    return out.toByteArray();
  }

  private void object(String body) throws IOException {
    offsets.add(out.size());
    text(offsets.size() + " 0 obj\n" + body + "\nendobj\n");
  }

  private void stream(String entries, byte[] content) throws IOException {
    offsets.add(out.size());
    text(offsets.size() + " 0 obj\n<< " + entries + "/Length " + content.length + " >>\n");
    text("stream\n");
    out.write(content);
    text("\nendstream\nendobj\n");
  }

  private void text(String words) throws IOException {
    out.write(words.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String escaped(String words) {
    StringBuilder text = new StringBuilder();
    words
        .chars()
        .filter(c -> c >= FIRST_PRINTED)
        .forEach(c -> {
          if (c == '(' || c == ')' || c == '\\') {
            text.append('\\');
          }
          text.append((char) c);
        });
    return text.toString();
  }

  private static byte[] pixels(BufferedImage picture) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
    try (DeflaterOutputStream deflated = new DeflaterOutputStream(packed, deflater)) {
      byte[] row = new byte[picture.getWidth() * 3];
      for (int y = 0; y < picture.getHeight(); y++) {
        for (int x = 0; x < picture.getWidth(); x++) {
          int rgb = picture.getRGB(x, y);
          row[x * 3] = (byte) (rgb >> 16);
          row[x * 3 + 1] = (byte) (rgb >> 8);
          row[x * 3 + 2] = (byte) rgb;
        }
        deflated.write(row);
      }
    } finally {
      deflater.end();
    }
    return packed.toByteArray();
  }
}

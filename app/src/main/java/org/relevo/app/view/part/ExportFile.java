package org.relevo.app.view.part;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import javafx.embed.swing.SwingFXUtils;
import javafx.scene.image.Image;
import javax.imageio.ImageIO;

/// Content on its way to a file. The file appears whole or not at all.
public final class ExportFile {
  private final Path path;
  private final Content content;

  /// Made when it is written: packing a picture would hold the window up.
  @FunctionalInterface
  private interface Content {
    byte[] bytes() throws IOException;
  }

  private ExportFile(Path path, Content content) {
    this.path = path;
    this.content = content;
  }

  /// @param text as UTF-8
  public static ExportFile text(Path path, String text) {
    return new ExportFile(path, () -> text.getBytes(StandardCharsets.UTF_8));
  }

  public static ExportFile png(Path path, Image image) {
    return new ExportFile(path, () -> packed(path, image));
  }

  private static byte[] packed(Path path, Image image) throws IOException {
    BufferedImage picture = SwingFXUtils.fromFXImage(image, null);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!ImageIO.write(picture, "png", out)) {
      throw new IOException("cannot write " + path + ": this Java has no PNG writer");
    }
    return out.toByteArray();
  }

  /// A page for paper.
  ///
  /// @param head what it is about
  public static ExportFile pdf(Path path, Image image, String head) {
    return new ExportFile(path, () -> PdfPage.of(SwingFXUtils.fromFXImage(image, null), head));
  }

  /// Whether a path asks for a page for paper.
  public static boolean isPage(Path path) {
    return path.toString().toLowerCase(Locale.ROOT).endsWith(".pdf");
  }

  /// Whether a path asks for a picture by its extension.
  public static boolean isPicture(Path path) {
    return path.toString().toLowerCase(Locale.ROOT).endsWith(".png");
  }

  /// Blocks; any thread but FX.
  public Path write() throws IOException {
    Path absolute = path.toAbsolutePath();
    Path parent = absolute.getParent();
    if (parent == null) {
      throw new IOException("cannot write " + path + ": it is a root, name a file in a folder");
    }
    byte[] bytes = content.bytes();
    Path part = Files.createTempFile(parent, ".export", ".part");
    try {
      Files.write(part, bytes);
      Files.move(part, absolute, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
    return absolute;
  }
}

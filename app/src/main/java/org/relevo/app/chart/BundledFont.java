package org.relevo.app.chart;

import java.awt.Font;
import java.awt.FontFormatException;
import java.awt.GraphicsEnvironment;
import java.io.IOException;
import java.io.InputStream;

/// The jar's own font for JFreeChart. The plot measures texts by the font's AWT family name and
/// draws them by the same name in JavaFX, so both must know the one font; else labels overlap.
final class BundledFont {
  static final Font REGULAR = load("/org/relevo/app/fonts/DejaVuSans.ttf");

  private BundledFont() {}

  private static Font load(String path) {
    try (InputStream forAwt = BundledFont.class.getResourceAsStream(path);
        InputStream forFx = BundledFont.class.getResourceAsStream(path)) {
      if (forAwt == null || forFx == null) {
        throw new IllegalStateException("font " + path + " is missing in the jar");
      }
      Font font = Font.createFont(Font.TRUETYPE_FONT, forAwt);
      GraphicsEnvironment.getLocalGraphicsEnvironment().registerFont(font);
      if (javafx.scene.text.Font.loadFont(forFx, font.getSize()) == null) {
        throw new IllegalStateException("font " + path + " cannot be read by JavaFX");
      }
      return font;
    } catch (FontFormatException | IOException e) {
      throw new IllegalStateException("font " + path + " cannot be read: " + e.getMessage(), e);
    }
  }
}

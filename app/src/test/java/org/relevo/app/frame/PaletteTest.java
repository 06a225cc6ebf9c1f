package org.relevo.app.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javafx.scene.paint.Color;
import org.junit.jupiter.api.Test;

/// Reads the palette out of the style sheet and computes what eyes need.
class PaletteTest {
  private static final List<String> STATES =
      List.of("-st-ok", "-st-progress", "-st-warn", "-st-critical", "-st-unknown");

  @Test
  void everyStateIsReadableOnTheBackgroundOfItsTheme() throws IOException {
    for (Theme theme : Theme.values()) {
      Map<String, Color> palette = palette(theme);
      for (String state : STATES) {
        assertThat(contrast(palette.get(state), palette.get("-relevo-background")))
            .as(theme + " " + state)
            .isGreaterThanOrEqualTo(4.85);
      }
    }
  }

  @Test
  void everyStateIsReadableOnRaisedSelectedAndBannerSurfaces() throws IOException {
    for (Theme theme : Theme.values()) {
      Map<String, Color> palette = palette(theme);
      for (String surface :
          List.of("-relevo-raised", "-relevo-selected", "-relevo-banner", "-relevo-strip")) {
        for (String state : STATES) {
          assertThat(contrast(palette.get(state), palette.get(surface)))
              .as(theme + " " + state + " on " + surface)
              .isGreaterThanOrEqualTo(4.5);
        }
      }
    }
  }

  @Test
  void theWordOfEveryEnvironmentIsReadableOnItsColour() throws IOException {
    for (Theme theme : Theme.values()) {
      Map<String, Color> palette = palette(theme);
      for (String name : List.of("-env-test", "-env-staging", "-env-production")) {
        assertThat(contrast(palette.get("-env-word"), palette.get(name)))
            .as(theme + " " + name)
            .isGreaterThanOrEqualTo(4.5);
      }
    }
  }

  private static Map<String, Color> palette(Theme theme) throws IOException {
    String css;
    try (InputStream in = Theme.class.getResourceAsStream("app.css")) {
      css = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    int start = css.indexOf(".root." + theme.styleClass());
    String block = css.substring(start, css.indexOf('}', start));
    Map<String, Color> found = new LinkedHashMap<>();
    Matcher line = Pattern.compile("(-[a-z-]+): (#[0-9A-Fa-f]{6});").matcher(block);
    while (line.find()) {
      found.put(line.group(1), Color.web(line.group(2)));
    }
    assertThat(found).containsKeys(STATES.toArray(String[]::new));
    return found;
  }

  private static double contrast(Color one, Color other) {
    double a = luminance(one) + 0.05;
    double b = luminance(other) + 0.05;
    return Math.max(a, b) / Math.min(a, b);
  }

  private static double luminance(Color color) {
    return 0.2126 * linear(color.getRed())
        + 0.7152 * linear(color.getGreen())
        + 0.0722 * linear(color.getBlue());
  }

  private static double linear(double channel) {
    return channel <= 0.04045 ? channel / 12.92 : Math.pow((channel + 0.055) / 1.055, 2.4);
  }
}

package org.relevo.app.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import javafx.scene.paint.Color;
import org.junit.jupiter.api.Test;

class ChartThemeTest {
  private static final List<ChartTheme> THEMES = List.of(ChartTheme.DARK, ChartTheme.LIGHT);

  @Test
  void linesAndTextStandOutFromTheBackground() {
    for (ChartTheme theme : THEMES) {
      assertThat(contrast(theme.text(), theme.background())).isGreaterThan(7);
      assertThat(contrast(theme.mark(), theme.background())).isGreaterThan(4.5);
      for (Color series : theme.series()) {
        assertThat(contrast(series, theme.background())).as("%s", series).isGreaterThan(4.5);
      }
    }
  }

  @Test
  void noTwoSeriesOfAChartShareColourAndDash() {
    long looks =
        IntStream.range(0, 6)
            .mapToObj(
                i -> ChartTheme.DARK.seriesColor(i) + java.util.Arrays.toString(ChartTheme.dash(i)))
            .distinct()
            .count();
    assertThat(looks).isEqualTo(6);
    assertThat(
            IntStream.range(0, 6)
                .mapToObj(i -> java.util.Arrays.toString(ChartTheme.dash(i)))
                .distinct())
        .hasSize(6);
  }

  @Test
  void seriesAreNoneOfTheStateColours() {
    List<String> states = List.of("#59E0AE", "#F7D85A", "#F85E5D", "#02794A", "#8E5D00", "#970A1E");
    for (ChartTheme theme : THEMES) {
      for (Color series : theme.series()) {
        for (String state : states) {
          assertThat(distance(series, Color.web(state)))
              .as("%s %s", series, state)
              .isGreaterThan(0.1);
        }
      }
    }
  }

  private static double distance(Color a, Color b) {
    double red = a.getRed() - b.getRed();
    double green = a.getGreen() - b.getGreen();
    double blue = a.getBlue() - b.getBlue();
    return Math.sqrt(red * red + green * green + blue * blue);
  }

  private static double contrast(Color a, Color b) {
    double first = luminance(a);
    double second = luminance(b);
    return (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
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

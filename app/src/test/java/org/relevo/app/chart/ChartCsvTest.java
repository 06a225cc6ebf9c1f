package org.relevo.app.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChartCsvTest {
  @Test
  void seriesStandSideBySideAndUnknownCellsAreEmpty() throws IOException {
    TimeSeries one = new TimeSeries(8, 2500);
    TimeSeries two = new TimeSeries(8, 2500);
    one.add(0, 1.5);
    one.add(1000, Double.NaN);
    two.add(1000, 2);
    two.add(2500, 3);
    StringBuilder out = new StringBuilder();
    ChartCsv.write(out, "B/s", List.of("a, \"b\"", "c"), List.of(one, two));
    assertThat(out.toString())
        .isEqualTo(
            """
            time,"a, ""b"" [B/s]",c [B/s]\r
            1970-01-01T00:00:00Z,1.5,\r
            1970-01-01T00:00:01Z,,2.0\r
            1970-01-01T00:00:02.500Z,,3.0\r
            """);
  }

  @Test
  void aUnitlessHeaderHasNoBrackets() throws IOException {
    StringBuilder out = new StringBuilder();
    ChartCsv.write(out, "", List.of("n"), List.of(new TimeSeries(2, 1)));
    assertThat(out.toString()).isEqualTo("time,n\r\n");
  }
}

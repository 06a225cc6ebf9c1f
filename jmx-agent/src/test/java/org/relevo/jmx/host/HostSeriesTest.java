package org.relevo.jmx.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.FileSystemInfo;
import org.relevo.jmx.contract.HostSample;
import org.relevo.jmx.contract.SeriesColumn;

class HostSeriesTest {
  private static final HostSample SAMPLE =
      new HostSample(1, 1, 0.5, 0.1, 2, 3000, 40, 500, 600, 0.7, 80, 90);

  @Test
  void figuresStandUnderTheirNames() {
    HostDetail before = new HostDetail(100, 10, 1000, 2000, 500, 0, List.of());
    HostDetail now = new HostDetail(110, 11, 1100, 2300, 900, 3, List.of());
    double[] values = HostSeries.values(SAMPLE, before, now, 2);
    assertThat(values).hasSize(HostSeries.COLUMNS.size());
    assertThat(values[place("cpu")]).isEqualTo(0.5);
    assertThat(values[place("page_cache")]).isEqualTo(110);
    assertThat(values[place("disk_reads")]).isEqualTo(50);
    assertThat(values[place("disk_writes")]).isEqualTo(150);
    assertThat(values[place("disk_ms")]).isEqualTo(1);
    assertThat(values[place("disk_queue")]).isEqualTo(3);
    assertThat(values[place("network_sent_bytes")]).isEqualTo(90);
  }

  @Test
  void aReplacedDiskIsNotKnown() {
    HostDetail before = new HostDetail(1, 1, 1000, 1, 1, 0, List.of());
    HostDetail now = new HostDetail(1, 1, 10, 2, 2, 0, List.of());
    double[] values = HostSeries.values(SAMPLE, before, now, 1);
    assertThat(values[place("disk_reads")]).isEqualTo(-1);
    assertThat(values[place("disk_ms")]).isEqualTo(-1);
  }

  @Test
  void timeToFullFollowsTheGrowthOfTheLastHour() {
    FileSystemGrowth growth = new FileSystemGrowth();
    FileSystemInfo last = null;
    for (int minute = 0; minute <= 120; minute++) {
      // The first hour fills ten times as fast.
      long free =
          10_000_000 - (minute <= 60 ? minute * 60_000L : 3_600_000 + (minute - 60) * 6000L);
      last =
          growth
              .add(
                  minute * 60_000L,
                  List.of(new HostDetail.FileSystem("/", "ext4", 20_000_000, free)))
              .getFirst();
    }
    assertThat(last.growthBytesPerSecond()).isBetween(99.0, 120.0);
    assertThat(last.fullInSeconds()).isBetween(50_000L, 61_000L);
    assertThat(growth.add(1, List.of())).isEmpty();
  }

  private static int place(String name) {
    return HostSeries.COLUMNS.stream().map(SeriesColumn::name).toList().indexOf(name);
  }
}

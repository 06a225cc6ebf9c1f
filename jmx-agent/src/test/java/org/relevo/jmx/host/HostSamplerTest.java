package org.relevo.jmx.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.openmbean.CompositeData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.contract.HostInfo;
import org.relevo.jmx.contract.HostSample;
import org.relevo.jmx.contract.ObjectNames;

@Timeout(60)
class HostSamplerTest {
  @TempDir java.nio.file.Path folder;

  private static final long SECOND_NS = 1_000_000_000L;

  private static HostReading reading(
      long atNs, HostReading.CpuTicks cpu, List<HostReading.Disk> disks, long received) {
    return new HostReading(
        atNs,
        cpu,
        0.7,
        100,
        5,
        disks,
        List.of(new HostReading.Network("eth0", received, received)));
  }

  @Test
  void ratesAreDifferencesPerSecond() {
    HostReading before =
        reading(
            0,
            new HostReading.CpuTicks(100, 10, 1000),
            List.of(new HostReading.Disk("sda", 1000, 2000, 100)),
            50);
    HostReading after =
        reading(
            2 * SECOND_NS,
            new HostReading.CpuTicks(160, 20, 1030),
            List.of(new HostReading.Disk("sda", 3000, 2400, 1100)),
            250);
    HostSample sample = HostRates.between(before, after, 4, 99);
    assertThat(sample.sequence()).isEqualTo(4);
    assertThat(sample.sampledAtEpochMs()).isEqualTo(99);
    assertThat(sample.cpuLoad()).isCloseTo(0.6, within(1e-9));
    assertThat(sample.cpuIoWait()).isCloseTo(0.1, within(1e-9));
    assertThat(sample.diskReadBytesPerSecond()).isEqualTo(1000);
    assertThat(sample.diskWriteBytesPerSecond()).isEqualTo(200);
    assertThat(sample.diskBusy()).isCloseTo(0.5, within(1e-9));
    assertThat(sample.networkReceivedBytesPerSecond()).isEqualTo(100);
    assertThat(sample.loadAverage1m()).isEqualTo(0.7);
    assertThat(sample.memoryAvailableBytes()).isEqualTo(100);
    assertThat(sample.swapUsedBytes()).isEqualTo(5);
  }

  @Test
  void countersThatGoBackwardsAndDevicesThatComeOrGoCountAsIdle() {
    HostReading before =
        reading(
            0,
            new HostReading.CpuTicks(100, 50, 1000),
            List.of(
                new HostReading.Disk("sda", 5000, 5000, 500),
                new HostReading.Disk("gone", 9, 9, 9)),
            1000);
    HostReading after =
        reading(
            SECOND_NS,
            new HostReading.CpuTicks(150, 40, 1050),
            List.of(
                new HostReading.Disk("sda", 100, 5100, 600),
                new HostReading.Disk("new", 1_000_000, 1_000_000, 1_000_000)),
            10);
    HostSample sample = HostRates.between(before, after, 1, 1);
    assertThat(sample.cpuLoad()).isCloseTo(0.5, within(1e-9));
    assertThat(sample.cpuIoWait()).isZero();
    assertThat(sample.diskReadBytesPerSecond()).isZero();
    assertThat(sample.diskWriteBytesPerSecond()).isEqualTo(100);
    assertThat(sample.diskBusy()).isCloseTo(0.1, within(1e-9));
    assertThat(sample.networkReceivedBytesPerSecond()).isZero();
  }

  @Test
  void nothingKnownIsMinusOneNotZero() {
    HostReading.CpuTicks cpu = new HostReading.CpuTicks(1, 1, 1);
    HostReading still = new HostReading(0, cpu, -1, 1, 0, List.of(), List.of());
    HostSample sample = HostRates.between(still, still, 1, 1);
    assertThat(sample.cpuLoad()).isEqualTo(-1);
    assertThat(sample.diskBusy()).isEqualTo(-1);
    assertThat(sample.diskReadBytesPerSecond()).isEqualTo(-1);
    assertThat(sample.networkSentBytesPerSecond()).isEqualTo(-1);
  }

  @Test
  void aSourceThatFailsIsAskedAgain() {
    AtomicInteger reads = new AtomicInteger();
    HostSource flaky =
        new HostSource() {
          @Override
          public HostInfo info() {
            return new HostInfo("h", "os", "cpu", 2, 1, 1);
          }

          @Override
          public HostReading read() {
            int n = reads.incrementAndGet();
            if (n == 2 || n == 3) {
              throw new IllegalStateException("device vanished");
            }
            return reading(n * SECOND_NS, new HostReading.CpuTicks(n, 0, n), List.of(), n);
          }
        };
    try (HostSampler sampler = new HostSampler(() -> flaky, Clock.systemUTC(), 5)) {
      sampler.begin();
      awaitSequence(sampler, 2);
      assertThat(sampler.info().hostName()).isEqualTo("h");
      assertThat(sampler.ring().since(0).getFirst().cpuLoad()).isEqualTo(0.5);
    }
  }

  @Test
  void thisMachineIsSampledAndReadableAsAnMBean() throws Exception {
    try (HostSampler sampler = HostSampler.start(folder)) {
      assertThat(sampler.last().sequence()).isZero();
      MBeanServer server = MBeanServerFactory.newMBeanServer();
      server.registerMBean(new HostMonitor(sampler), ObjectNames.HOST);
      awaitSequence(sampler, 2);
      HostSample sample = sampler.last();
      assertThat(sample.cpuLoad()).isBetween(0.0, 1.0);
      assertThat(sample.memoryAvailableBytes()).isPositive();
      assertThat(sample.loadAverage1m())
          .isCloseTo(
              ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(), within(5.0));
      CompositeData info = (CompositeData) server.getAttribute(ObjectNames.HOST, "Info");
      assertThat((int) info.get("logicalProcessors")).isPositive();
      assertThat((long) info.get("memoryTotalBytes"))
          .isGreaterThanOrEqualTo(sample.memoryAvailableBytes());
      List<HostSample> samples = new HostMonitor(sampler).samplesSince(0);
      long apartMs = samples.get(1).sampledAtEpochMs() - samples.get(0).sampledAtEpochMs();
      assertThat(apartMs).isBetween(500L, 5000L);
    }
  }

  private static void awaitSequence(HostSampler sampler, long sequence) {
    long deadlineNs = System.nanoTime() + 30 * SECOND_NS;
    while (sampler.last().sequence() < sequence) {
      assertThat(System.nanoTime()).as("waiting for sample %d", sequence).isLessThan(deadlineNs);
      Thread.onSpinWait();
    }
  }
}

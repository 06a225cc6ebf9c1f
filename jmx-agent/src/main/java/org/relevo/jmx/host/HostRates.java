package org.relevo.jmx.host;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.relevo.jmx.contract.HostSample;

/// Makes a sample from two readings. A device that is new, gone, or whose counter went backwards
/// (it was replaced or wrapped) counts as idle for this interval instead of giving absurd rates.
final class HostRates {
  private static final double NS_PER_SECOND = 1e9;
  private static final double UNKNOWN = -1;

  private HostRates() {}

  static HostSample between(
      HostReading before, HostReading after, long sequence, long sampledAtEpochMs) {
    double seconds = (after.atNs() - before.atNs()) / NS_PER_SECOND;
    HostReading.CpuTicks first = before.cpu();
    HostReading.CpuTicks last = after.cpu();
    // Linux lets the I/O wait counter run backwards.
    double busy = Math.max(0, last.busy() - first.busy());
    double ioWait = Math.max(0, last.ioWait() - first.ioWait());
    double ticks = busy + ioWait + Math.max(0, last.idle() - first.idle());
    Deltas<HostReading.Disk> disks =
        new Deltas<>(before.disks(), after.disks(), HostReading.Disk::name, seconds);
    Deltas<HostReading.Network> networks =
        new Deltas<>(before.networks(), after.networks(), HostReading.Network::name, seconds);
    double busiest = disks.greatest(HostReading.Disk::busyMs);
    return new HostSample(
        sequence,
        sampledAtEpochMs,
        ticks > 0 ? busy / ticks : UNKNOWN,
        ticks > 0 ? ioWait / ticks : UNKNOWN,
        after.loadAverage1m(),
        after.memoryAvailableBytes(),
        after.swapUsedBytes(),
        disks.sum(HostReading.Disk::readBytes),
        disks.sum(HostReading.Disk::writtenBytes),
        busiest < 0 ? UNKNOWN : Math.min(1, busiest / 1000),
        networks.sum(HostReading.Network::receivedBytes),
        networks.sum(HostReading.Network::sentBytes));
  }

  /// Differences per second of devices that are in both readings.
  private record Deltas<D>(
      List<D> before, List<D> after, Function<D, String> nameOf, double seconds) {
    double sum(ToLongFunction<D> counter) {
      return after.isEmpty() || seconds <= 0
          ? UNKNOWN
          : rates(counter).values().stream().mapToDouble(Double::doubleValue).sum();
    }

    double greatest(ToLongFunction<D> counter) {
      return after.isEmpty() || seconds <= 0
          ? UNKNOWN
          : rates(counter).values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }

    private Map<String, Double> rates(ToLongFunction<D> counter) {
      Map<String, Long> old =
          before.stream().collect(Collectors.toMap(nameOf, counter::applyAsLong, (a, _) -> a));
      return after.stream()
          .filter(device -> old.containsKey(nameOf.apply(device)))
          .collect(
              Collectors.toMap(
                  nameOf,
                  device -> {
                    long delta =
                        counter.applyAsLong(device) - old.getOrDefault(nameOf.apply(device), 0L);
                    return Math.max(0, delta) / seconds;
                  },
                  (a, _) -> a));
    }
  }
}

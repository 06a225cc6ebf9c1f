package org.relevo.jmx.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.relevo.jmx.contract.HostInfo;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.hardware.CentralProcessor.TickType;
import oshi.hardware.GlobalMemory;
import oshi.hardware.HWDiskStore;
import oshi.hardware.HardwareAbstractionLayer;
import oshi.hardware.NetworkIF;
import oshi.software.os.OperatingSystem;

/// Reads through OSHI. Finding devices is slow, reading known ones is not, so the device lists are
/// kept and looked up again once in a while.
///
/// Owner: the sampler's thread.
final class OshiSource implements HostSource {
  private static final int READINGS_PER_SEARCH = 30;

  /// Devices made of other devices, which are counted themselves.
  private static final Pattern STACKED_DISK = Pattern.compile("(/dev/)?(dm-|md|loop|ram|zram).*");

  private static final Pattern VIRTUAL_NETWORK = Pattern.compile("(veth|docker|br-|virbr|tap).*");

  private final OperatingSystem system;
  private final HardwareAbstractionLayer hardware;
  private final CentralProcessor processor;
  private final GlobalMemory memory;
  private List<HWDiskStore> disks = List.of();
  private List<NetworkIF> networks = List.of();
  private List<HostDetail.FileSystem> fileSystems = List.of();
  private int readings;

  OshiSource() {
    SystemInfo info = new SystemInfo();
    system = info.getOperatingSystem();
    hardware = info.getHardware();
    processor = hardware.getProcessor();
    memory = hardware.getMemory();
  }

  @Override
  public HostInfo info() {
    return new HostInfo(
        system.getNetworkParams().getHostName(),
        system.toString(),
        processor.getProcessorIdentifier().getName().strip(),
        processor.getLogicalProcessorCount(),
        memory.getTotal(),
        system.getSystemBootTime() * 1000);
  }

  @Override
  public HostReading read() {
    if (readings++ % READINGS_PER_SEARCH == 0) {
      search();
    }
    long[] ticks = processor.getSystemCpuLoadTicks();
    long idle = ticks[TickType.IDLE.getIndex()];
    long ioWait = ticks[TickType.IOWAIT.getIndex()];
    long all = 0;
    for (long tick : ticks) {
      all += tick;
    }
    return new HostReading(
        System.nanoTime(),
        new HostReading.CpuTicks(all - idle - ioWait, ioWait, idle),
        processor.getSystemLoadAverage(1)[0],
        memory.getAvailable(),
        memory.getVirtualMemory().getSwapUsed(),
        disks.stream()
            .filter(HWDiskStore::updateAttributes)
            .map(disk ->
                new HostReading.Disk(
                    disk.getName(),
                    disk.getReadBytes(),
                    disk.getWriteBytes(),
                    disk.getTransferTime()))
            .toList(),
        networks.stream()
            .filter(NetworkIF::updateAttributes)
            .map(network ->
                new HostReading.Network(
                    network.getName(), network.getBytesRecv(), network.getBytesSent()))
            .toList());
  }

  @Override
  public HostDetail detail() {
    long reads = 0;
    long writes = 0;
    long busyMs = 0;
    long queued = 0;
    for (HWDiskStore disk : disks) {
      reads += disk.getReads();
      writes += disk.getWrites();
      busyMs += disk.getTransferTime();
      queued += disk.getCurrentQueueLength();
    }
    return new HostDetail(
        memory("Cached:"), memory("Dirty:"), reads, writes, busyMs, queued, fileSystems);
  }

  /// OSHI does not tell what of the memory holds files.
  private static long memory(String name) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
      return lines
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")) * 1024)
          .findFirst()
          .orElse(-1);
    } catch (IOException e) {
      return -1; // not Linux
    }
  }

  private void search() {
    fileSystems =
        system.getFileSystem().getFileStores(true).stream()
            .filter(store -> store.getTotalSpace() > 0)
            .map(store ->
                new HostDetail.FileSystem(
                    store.getMount(),
                    store.getType(),
                    store.getTotalSpace(),
                    store.getUsableSpace()))
            .toList();
    List<HWDiskStore> found = hardware.getDiskStores();
    List<HWDiskStore> whole =
        found.stream().filter(disk -> !STACKED_DISK.matcher(disk.getName()).matches()).toList();
    disks = whole.isEmpty() ? List.copyOf(found) : whole;
    networks =
        hardware.getNetworkIFs().stream()
            .filter(network -> !VIRTUAL_NETWORK.matcher(network.getName()).matches())
            .toList();
  }
}

package org.relevo.jmx.host;

import java.util.List;
import org.relevo.jmx.contract.FileSystemInfo;
import org.relevo.jmx.contract.HostInfo;
import org.relevo.jmx.contract.HostMXBean;
import org.relevo.jmx.contract.HostSample;

/// Shows a sampler's results.
///
/// Owner: none, stateless.
public final class HostMonitor implements HostMXBean {
  private final HostSampler sampler;

  public HostMonitor(HostSampler sampler) {
    this.sampler = sampler;
  }

  @Override
  public HostInfo getInfo() {
    return sampler.info();
  }

  @Override
  public HostSample getLast() {
    return sampler.last();
  }

  @Override
  public List<FileSystemInfo> getFileSystems() {
    return sampler.fileSystems();
  }

  @Override
  public List<HostSample> samplesSince(long sequence) {
    return sampler.ring().since(sequence);
  }
}

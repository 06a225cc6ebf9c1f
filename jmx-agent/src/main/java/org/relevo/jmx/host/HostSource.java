package org.relevo.jmx.host;

import org.relevo.jmx.contract.HostInfo;

/// Where readings come from.
interface HostSource {
  HostInfo info();

  HostReading read();
}

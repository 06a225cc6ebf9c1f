package org.relevo.jmx.host;

import org.relevo.jmx.contract.HostInfo;

/// Where readings come from.
interface HostSource {
  HostInfo info();

  HostReading read();

  /// More of the same moment.
  default HostDetail detail() {
    return HostDetail.NONE;
  }
}

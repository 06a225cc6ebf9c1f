package org.relevo.proxy.config;

import java.nio.file.Path;
import java.util.List;

/// The PCP port.
///
/// @param required whether the port was named: then the service does not start without it
/// @param userFile `pcp.conf`; without it the port stays closed
/// @param version of pgpool-II whose rows clients expect, `4.3` to `4.7`
public record PcpSettings(
    List<String> listenAddresses,
    int port,
    boolean required,
    List<Path> socketDirectories,
    Path userFile,
    String version) {
  public PcpSettings {
    listenAddresses = List.copyOf(listenAddresses);
    socketDirectories = List.copyOf(socketDirectories);
  }
}

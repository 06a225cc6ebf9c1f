package org.relevo.proxy.pcp;

import java.util.Optional;
import org.relevo.jmx.contract.ControlStatus;

/// What PCP clients can have done. Called on virtual threads and may block; refusals are
/// [IllegalStateException] or [IllegalArgumentException] with one sentence.
///
/// Every call is given who asks, such as `postgres@127.0.0.1 over PCP`.
public interface PcpActs {
  /// Uses a server again.
  void attach(int node, String who);

  /// Takes a server out of use.
  ///
  /// @param gracefully clients end their transactions first
  void detach(int node, boolean gracefully, String who);

  /// Makes a standby the primary.
  void promote(int node, String who);

  /// Makes a server again what the others are; ends when that is so.
  void recover(int node, String who);

  /// Reads the configuration anew.
  void reload(String who);

  /// Begins a new log file.
  void rotateLog(String who);

  /// Ends the service; returns at once.
  ///
  /// @param mode `s` smart, `f` fast or `i` immediate
  void stop(char mode, String who);

  /// The members of the cluster; empty for a service without a quorum.
  Optional<ControlStatus> members();
}

package org.relevo.proxy.onlinerecovery;

import java.util.Optional;
import org.relevo.proxy.core.BackendId;

/// The agents of a cluster whose members decide: they renew a server's data by themselves once it
/// is to be a standby.
public interface AgentNodes {
  /// What a server is, as its agent says.
  ///
  /// @param standby whether it is a standby of the primary
  /// @param rebuilding whether its data is being renewed
  /// @param wanted whether it is to be a standby at present
  /// @param text condition and reason
  record Standing(boolean standby, boolean rebuilding, boolean wanted, String text) {}

  /// Empty when no agent has the server.
  Optional<Standing> standing(BackendId node);

  /// The server is to be a standby (again).
  void want(BackendId node, String actor, String reason) throws RecoveryFailure;

  /// The server is to be left alone.
  void leave(BackendId node, String actor, String reason) throws RecoveryFailure;
}

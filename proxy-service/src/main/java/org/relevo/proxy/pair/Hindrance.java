package org.relevo.proxy.pair;

/// What a machine of the pair waits for, in words. Pure.
final class Hindrance {
  private Hindrance() {}

  /// Why it does not begin after its start.
  static String toBegin(Claim claim) {
    return switch (claim.standing()) {
      case ALONE -> "waits for the other machine, or for proof that it is off";
      case PAIRED -> "waits for the other machine, which may know more than this one";
      case NEW, JOINING -> "waits for the other machine; this one has nothing to begin with";
    };
  }

  /// Why it must not make sure by itself that the other is off, or "".
  ///
  /// @param seesNet whether it sees most of its ping nodes
  /// @param met whether both agreed on something in this life of the process
  /// @param fences whether there is a fence agent
  static String toFence(boolean seesNet, boolean met, boolean fences) {
    if (!seesNet) {
      return "this machine does not see its ping nodes: it may be the one that is cut off";
    } else if (!met) {
      return "both machines have not agreed on anything since this one started: the other may know"
          + " more";
    }
    return fences
        ? ""
        : "no fence agent: a person must make sure that the other machine is off (confirm-dead)";
  }
}

package org.relevo.proxy.pair;

/// Whether a person's word that the other machine is dead can be taken.
///
/// @param other what the other said last
/// @param heard whether it was heard, less than `heartbeat_deadtime` ago
/// @param lately whether less than `heartbeat_warntime` ago
/// @param contact whether the log has a majority
/// @param met whether all that the other agreed to before it was lost is known here
/// @param contested whether the claim met one that excludes it, or a newer one
record Confirmation(
    PairMode mode,
    Claim claim,
    Claim other,
    boolean heard,
    boolean lately,
    boolean contact,
    boolean met,
    boolean contested) {
  private static final String HEARD = "the other machine is heard";
  private static final String HAZARD =
      "the other machine may have newer data than this one, which has not met it since its start;"
          + " --old-data gives them up";

  /// @param oldData whether this machine's data count although the other's may be newer
  /// @return "" when it can
  String refusal(boolean oldData) {
    return switch (mode) {
      case ALONE -> "this machine decides alone already";
      case RETIRED -> "this service must be started again first";
      case JOINING -> "this machine has no state of its own yet";
      case SPLIT -> oldData ? "" : "both machines decided alone: --old-data says that this counts";
      case PAIRED -> {
        if (!lately) {
          yield "it is not known yet that the other machine is lost";
        }
        yield contact || other.worth() ? HEARD : old(oldData);
      }
      case LOST -> met ? "" : old(oldData);
      case WAITING -> {
        if (heard) {
          yield HEARD;
        } else if (!claim.worth()) {
          yield "this machine has no state to begin with";
        }
        yield claim.standing() == Claim.Standing.ALONE && !contested ? "" : old(oldData);
      }
    };
  }

  private static String old(boolean oldData) {
    return oldData ? "" : HAZARD;
  }
}

package org.relevo.proxy.fanout;

import java.util.List;

/// The row that a transaction leaves on a node when it commits, put in front of its end: both go in
/// one message, and the end is skipped when the row cannot be written.
///
/// A marker is a number: the service's run in the upper bits, the commit's place in the run in the
/// lower [#PLACE_BITS].
final class Marker {
  static final int PLACE_BITS = 40;

  /// What [MarkerTable]'s function says to a service that another one has followed.
  static final String FOLLOWED = "RL001";

  /// Starts the name of a transaction that is prepared; its marker follows.
  static final String PREPARED = "relevo_";

  private static final String NAME = "_relevo_mark";
  private static final byte[] OWN = FactsDesk.bytes(NAME);
  private static final byte[] SQL = FactsDesk.bytes("SELECT relevo.mark_commit($1)");
  private static final int[] TYPES = {20}; // int8

  private Marker() {}

  static long first(long run) {
    return run << PLACE_BITS;
  }

  /// Prepared on a connection once, so that it costs little more than the row.
  static void put(NodeLink link, long marker) {
    if (!link.prepared().containsKey(NAME)) {
      link.out().close('S', OWN).parse(OWN, SQL, TYPES);
      link.own();
      link.own();
      link.prepared().put(NAME, SQL);
    }
    link.out().bind(OWN, OWN, List.of(FactsDesk.bytes(Long.toString(marker)))).execute(OWN);
    link.own();
    link.own();
  }

  /// The node has refused it: maybe it does not know the statement.
  static void forget(NodeLink link) {
    boolean _ = link.prepared().remove(NAME) != null;
  }

  /// @return 0 when the name of a prepared transaction is not the service's
  static long of(String gid) {
    if (!gid.startsWith(PREPARED) || gid.length() > PREPARED.length() + 19) {
      return 0;
    }
    try {
      return Math.max(0, Long.parseLong(gid, PREPARED.length(), gid.length(), 10));
    } catch (NumberFormatException _) {
      return 0;
    }
  }
}

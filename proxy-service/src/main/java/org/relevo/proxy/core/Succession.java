package org.relevo.proxy.core;

import java.util.Optional;

/// Which life of a server takes writes, and after which: what the number of a transaction of the
/// life before is worth in this one. Numbers are `xid8`.
///
/// ```text
/// life before  ··· 740 741 742 743 744 745 746 ···
/// this life    ··· 740 741 742 │       │ 745' 746' ···    745' is another transaction than 745
///                              └ settledBelow
///                                      └ freshFrom
/// ```
///
/// @param now empty when it is not known
/// @param before the life that this one takes over from, all of whose numbers below `settledBelow`
///   it knows; empty when it is not known
/// @param settledBelow this life gives out no number below it; 0 when not known
/// @param freshFrom nothing of the life before with such a number has reached this one; 0 when not
///   known
public record Succession(
    Optional<ServerLife> now, Optional<ServerLife> before, long settledBelow, long freshFrom) {
  public static final Succession NONE = new Succession(Optional.empty(), Optional.empty(), 0, 0);

  /// Another server is to be the primary, of whose life nothing is known yet.
  public Succession next() {
    return new Succession(Optional.empty(), now.or(() -> before), 0, 0);
  }
}

package org.relevo.proxy.cluster;

import java.util.Optional;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ServerLife;
import org.relevo.proxy.core.Succession;

/// What an agent tells of the life in which its server is a primary.
///
/// @param startedUs see [ServerLife]; 0 when nothing is told
/// @param follows the server's life of before, when it was started in place and takes over from
///   that one; 0 when it was promoted, or nothing is known
/// @param settledBelow see [Succession]
/// @param freshFrom see [Succession]
public record Life(long startedUs, long follows, long settledBelow, long freshFrom) {
  public static final Life NONE = new Life(0, 0, 0, 0);

  /// What is known once it is told of the primary.
  Succession after(BackendId primary, Succession known) {
    if (startedUs == 0) {
      return known;
    }
    ServerLife life = new ServerLife(primary, startedUs);
    if (known.now().isPresent() && known.now().get().equals(life)) {
      return known;
    }
    // A life in between that nobody was told of may have given out the same numbers.
    Optional<ServerLife> before =
        known.now().isPresent()
            ? known.now().filter(last -> follows != 0 && last.startedUs() == follows)
            : known.before().filter(_ -> follows == 0);
    boolean bounded = before.isPresent() && settledBelow > 0 && settledBelow <= freshFrom;
    return new Succession(
        Optional.of(life), before, bounded ? settledBelow : 0, bounded ? freshFrom : 0);
  }
}

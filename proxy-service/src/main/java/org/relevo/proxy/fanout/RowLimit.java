package org.relevo.proxy.fanout;

import java.util.ArrayDeque;
import java.util.Deque;
import org.relevo.proxy.wire.Tags;

/// Rows of a statement that writes, given out as a client asks for them: so many with each Execute,
/// PortalSuspended between them. The nodes are asked for all at once, since a portal that is left
/// suspended on one of them would not tell what the others have to write.
///
/// Owner: the session's thread.
final class RowLimit {
  static final Frame SUSPENDED = new Frame((byte) 's', new byte[0]);

  private final Deque<Frame> kept = new ArrayDeque<>();
  private int left;
  private long bytes;

  /// @param most rows for the first Execute, above 0
  RowLimit(int most) {
    left = most;
  }

  /// A part of the answer.
  ///
  /// @return whether it is kept; if not, the client gets it now
  boolean keeps(Frame frame) {
    if (frame.tag() != Tags.DATA_ROW && kept.isEmpty()) {
      return false;
    }
    if (frame.tag() == Tags.DATA_ROW && left > 0) {
      left--;
      return false;
    }
    if (frame.tag() == Tags.DATA_ROW || frame.tag() == 'C') {
      bytes += frame.bytes();
      kept.add(frame);
      return true;
    }
    return false;
  }

  /// Whether it has more than is worth keeping: then the client gets it all.
  boolean full() {
    return bytes > FanoutLimits.MAX_CARRIED_BYTES;
  }

  /// Whether the client has not got all.
  boolean suspended() {
    return !kept.isEmpty();
  }

  /// Gives out rows for one Execute; the end when no more are left.
  ///
  /// @param most rows; 0 for all
  void give(int most, ClientPort client) {
    int rows = most;
    while (!kept.isEmpty()) {
      if (kept.peek().tag() == Tags.DATA_ROW && most > 0 && rows-- == 0) {
        client.pass(SUSPENDED);
        return;
      }
      client.pass(kept.remove());
    }
  }
}

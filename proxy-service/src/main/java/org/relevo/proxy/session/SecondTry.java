package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.server.Outstanding;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.wire.Tags;

/// The messages of one read on a standby outside a transaction, as the client has sent them, until
/// the standby says something of its answer. When it dies before, the primary gets them: a standby
/// changes nothing, so that nobody can tell. There is no third try.
///
/// What comes before the first row (what the statement's columns are) leaves a server together with
/// what follows, be that its farewell. So it is held back to the end of what was read at once.
///
/// Owner: event loop of the session; [#forget] and [#end] drop what is kept.
final class SecondTry {
  private static final int HEADER_BYTES = 5;

  private final Session session;
  private @Nullable ByteBuf kept;
  private @Nullable Lease lease;
  private @Nullable ByteBuf answer;
  private boolean dies;
  private boolean again;
  private boolean pending;

  SecondTry(Session session) {
    this.session = session;
  }

  /// Whether what is at the front was at a standby already.
  ///
  /// @return true once
  boolean takeAgain() {
    boolean was = again;
    again = false;
    return was;
  }

  /// Whether what was taken has not left for the primary yet.
  ///
  /// @return true once
  boolean takePending() {
    boolean was = pending;
    pending = false;
    return was;
  }

  /// A plan leaves for a server that has answered everything before.
  ///
  /// @param inBlock whether it is of a transaction block
  /// @param in holds all of its messages, from `at` on
  void begins(RoutePlan plan, Lease to, boolean inBlock, ByteBuf in, int at) {
    answered();
    boolean reads = to.node() != null && !inBlock && !plan.wrote;
    if (reads && plan.bytes > 0 && !plan.again) {
      kept = in.retainedSlice(at, plan.bytes);
      lease = to;
    }
  }

  /// The service answers the first message that is kept, which the server never gets.
  void spared() {
    if (answer != null) {
      forget();
    }
    ByteBuf all = kept;
    if (all != null) {
      all.skipBytes(Math.min(all.readableBytes(), next(all, all.readerIndex())));
    }
  }

  private static int next(ByteBuf in, int at) {
    return 1 + in.getInt(at + 1);
  }

  /// Looks at bytes for the client.
  ///
  /// @return whether they were taken over
  boolean holds(ByteBuf out) {
    ByteBuf all = kept;
    if (all == null) {
      return false;
    }
    int at = out.readerIndex();
    int parsed = at;
    boolean more = true;
    while (more && out.writerIndex() - at >= HEADER_BYTES) {
      int end = at + next(out, at);
      byte tag = out.getByte(at);
      more =
          end <= out.writerIndex()
              && switch (tag) {
                case '1' -> parsed == at && answer == null && beginsWithParse(all);
                case '2', 'T', 't', 'n' -> true;
                default -> false;
              };
      if (more && tag == '1') {
        spared(); // it is prepared, whatever becomes of the rest
        parsed = end;
      }
      at = more ? end : at;
    }
    if (at < out.writerIndex()) {
      forget();
      return false;
    }
    if (parsed > out.readerIndex()) {
      session.relay().output().write(out.readRetainedSlice(parsed - out.readerIndex()));
    }
    answer = HeldBytes.joined(session.client().alloc(), answer, out);
    return true;
  }

  private static boolean beginsWithParse(ByteBuf all) {
    return all.isReadable() && all.getByte(all.readerIndex()) == Tags.PARSE;
  }

  /// All that has come from the server has been looked at.
  void readEnds() {
    if (answer != null && !dies) {
      forget();
    }
  }

  /// The server has said that it goes away.
  void dies() {
    dies = true;
  }

  /// What was asked is answered.
  void answered() {
    forget();
    pending = false;
  }

  /// There will be no second try.
  void forget() {
    ByteBuf held = answer;
    answer = null;
    end();
    if (held != null) {
      session.relay().output().write(held);
    }
  }

  void end() {
    HeldBytes.release(kept);
    HeldBytes.release(answer);
    kept = null;
    answer = null;
    lease = null;
    dies = false;
  }

  /// Whether the primary can answer what this server does not.
  boolean possible(Lease from, ServerConnection server) {
    ByteBuf all = kept;
    Outstanding outstanding = server.outstanding();
    return all != null
        && all.readableBytes() >= HEADER_BYTES
        && from == lease
        && outstanding.owed() == 1
        && !outstanding.batchOpen()
        && server.betweenMessages()
        && session.relay().input().atMessageStart();
  }

  /// What must be sent again, now that the connection is gone: [#possible] was true. The caller
  /// takes it over.
  ByteBuf take() {
    ByteBuf all = Objects.requireNonNull(kept, "nothing is kept");
    kept = null;
    end();
    again = true;
    pending = true;
    return all;
  }
}

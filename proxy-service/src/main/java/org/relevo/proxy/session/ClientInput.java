package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.relevo.proxy.wire.FrameListener;
import org.relevo.proxy.wire.FrameScanner;
import org.relevo.proxy.wire.Tags;
import org.relevo.proxy.wire.WireException;

/// What a client sends, on its way to the server: passed on as it comes, or held while the gate is
/// closed, the session changes its server, or there is none yet.
///
/// Owner: event loop of the session; [#release] drops what is held.
final class ClientInput implements FrameListener {
  private static final int MAX_EARLY_BYTES = 16_384;

  private final Session session;
  private final FrameScanner scanner = new FrameScanner(this);
  private final HeldInput held = new HeldInput();
  private boolean terminated;
  private int earlyBytes;

  ClientInput(Session session) {
    this.session = session;
  }

  /// Takes the buffer over.
  void add(ByteBuf in) {
    ServerLink server = session.link();
    if (server == null || !held.isEmpty() || session.closedForMe() || session.move().conversing()) {
      hold(in);
      return;
    }
    try {
      scanner.scan(in);
    } catch (WireException e) {
      in.release();
      throw e;
    }
    write(server, in);
  }

  private void write(ServerLink server, ByteBuf out) {
    Channel channel = server.channel();
    var _ = channel.write(out, channel.voidPromise());
  }

  private void hold(ByteBuf in) {
    if (session.closed()) {
      in.release();
      return;
    }
    if (session.link() == null) {
      earlyBytes += in.readableBytes();
    }
    held.add(in);
    if (earlyBytes > MAX_EARLY_BYTES) {
      throw new WireException("more than " + MAX_EARLY_BYTES + " bytes before the login began");
    }
    session.drip();
  }

  /// Sends on what was held, as far as it may go now.
  void drip() {
    ServerLink server = session.link();
    if (server == null || session.closed()) {
      return;
    }
    boolean written = false;
    while (!held.isEmpty() && !session.move().conversing()) {
      ByteBuf first = held.first();
      if (scanner.atMessageStart() && mustWait(first.getByte(first.readerIndex()))) {
        break;
      }
      ByteBuf piece = held.take(scanner.scanOne(first));
      write(server, piece);
      written = true;
    }
    if (written) {
      server.channel().flush();
    }
    session.adjustReading();
  }

  /// Behind a closed gate: what begins something new waits, what ends something goes on.
  private boolean mustWait(byte tag) {
    if (!session.closedForMe() || session.inLogin()) {
      return false;
    }
    if (session.pending().atBoundary()) {
      return tag != Tags.TERMINATE;
    }
    return switch (tag) {
      case Tags.QUERY,
          Tags.FUNCTION_CALL,
          Tags.PARSE,
          Tags.BIND,
          Tags.DESCRIBE,
          Tags.EXECUTE,
          Tags.CLOSE ->
          session.pending().owed() > 0 && !session.pending().inBatch();
      default -> false;
    };
  }

  @Override
  public int onHeader(byte tag, int bodyBytes) {
    if (tag == Tags.PASSWORD && session.inLogin()) {
      if (bodyBytes > ServerLink.loginLimit()) {
        throw new WireException("password message of " + bodyBytes + " bytes");
      }
      return Math.max(1, bodyBytes);
    }
    terminated |= tag == Tags.TERMINATE;
    session.pending().sent(tag);
    return 0;
  }

  @Override
  public void onBody(byte tag, byte[] body, int length) {
    session.observer().clientAnswered(body, length);
  }

  boolean holding() {
    return !held.isEmpty();
  }

  /// Whether the client has said goodbye.
  boolean terminated() {
    return terminated;
  }

  boolean atMessageStart() {
    return scanner.atMessageStart();
  }

  void release() {
    held.release();
  }
}

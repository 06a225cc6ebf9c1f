package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.server.SharedStatement;
import org.relevo.proxy.wire.Tags;

/// What goes to a server in one burst: pieces of the client's input as they are, and messages that
/// the service writes. Small pieces are gathered into one buffer, so that a batch of short messages
/// leaves in one write.
///
/// Owner: event loop of the session; empty between bursts.
final class ServerWriter {
  /// Pieces up to this are copied when messages of the service stand beside them.
  private static final int GATHERED_BYTES = 2048;

  /// A text and no types.
  private static final byte[] ANY = {'S', 'E', 'L', 'E', 'C', 'T', 0, 0, 0};

  private @Nullable Channel channel;
  private @Nullable ByteBuf gathered;

  void begin(Channel to) {
    channel = to;
  }

  /// Passes on a piece of the client's input.
  void pass(ByteBuf in, int from, int length) {
    ByteBuf own = gathered;
    if (own != null && length <= GATHERED_BYTES) {
      own.writeBytes(in, from, length);
      return;
    }
    finishGathered();
    write(in.retainedSlice(from, length));
  }

  /// Passes on a whole buffer; takes it over.
  void passAll(ByteBuf in) {
    finishGathered();
    write(in);
  }

  /// Where a message of the service goes.
  ByteBuf own() {
    ByteBuf own = gathered;
    if (own == null) {
      Channel to = channel;
      if (to == null) {
        throw new IllegalStateException("no burst has begun");
      }
      own = to.alloc().buffer(512);
      gathered = own;
    }
    return own;
  }

  /// @param name of the statement on the server, empty for the unnamed one
  void parse(byte[] name, SharedStatement statement) {
    parse(name, statement.text());
  }

  /// @param rest query, its terminator and the types
  void parse(byte[] name, byte[] rest) {
    message(Tags.PARSE, name, rest);
  }

  /// Binds a statement without parameters to the portal of the same name.
  void bind(byte[] name) {
    ByteBuf out = own();
    out.writeByte(Tags.BIND);
    out.writeInt(Integer.BYTES + 2 * (name.length + 1) + 3 * Short.BYTES);
    out.writeBytes(name).writeByte(0);
    out.writeBytes(name).writeByte(0);
    out.writeZero(3 * Short.BYTES);
  }

  /// Runs a portal to its end.
  void execute(byte[] name) {
    message(Tags.EXECUTE, name, new byte[Integer.BYTES]);
  }

  void query(byte[] text) {
    message(Tags.QUERY, text, new byte[0]);
  }

  void sync() {
    own().writeByte(Tags.SYNC).writeInt(Integer.BYTES);
  }

  /// @return its tag
  byte flush() {
    own().writeByte(Tags.FLUSH).writeInt(Integer.BYTES);
    return Tags.FLUSH;
  }

  /// A statement for the sake of the error that a failed transaction has for any.
  ///
  /// @return its tag
  byte parseAny() {
    parse(new byte[0], ANY);
    return Tags.PARSE;
  }

  void close(byte[] name) {
    close('S', name);
  }

  void closePortal(byte[] name) {
    close('P', name);
  }

  private void close(char kind, byte[] name) {
    ByteBuf out = own();
    out.writeByte(Tags.CLOSE);
    out.writeInt(Integer.BYTES + 1 + name.length + 1);
    out.writeByte(kind);
    out.writeBytes(name);
    out.writeByte(0);
  }

  private void message(byte tag, byte[] name, byte[] rest) {
    ByteBuf out = own();
    out.writeByte(tag);
    out.writeInt(Integer.BYTES + name.length + 1 + rest.length);
    out.writeBytes(name);
    out.writeByte(0);
    out.writeBytes(rest);
  }

  /// The burst is complete; nothing is flushed.
  void end() {
    finishGathered();
  }

  private void finishGathered() {
    ByteBuf own = gathered;
    if (own != null) {
      gathered = null;
      write(own);
    }
  }

  private void write(ByteBuf out) {
    Channel to = channel;
    if (to == null) {
      out.release();
    } else {
      var _ = to.write(out, to.voidPromise());
    }
  }
}

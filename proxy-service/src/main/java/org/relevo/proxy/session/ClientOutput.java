package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.server.Note;
import org.relevo.proxy.server.Outstanding;
import org.relevo.proxy.server.VarSet;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.BackendMessages;
import org.relevo.proxy.wire.CancelKey;

/// What goes to a client, and what it has been told of its server's settings. Nothing is flushed
/// unless it says so.
///
/// Owner: event loop of the session.
final class ClientOutput {
  private final Channel client;
  private final LoopCounters counters;
  private final Presence presence;
  private VarSet told = VarSet.EMPTY;

  /// What the server in use reports: the same to the client as `told`.
  private VarSet same = VarSet.EMPTY;

  /// The same, of the server that was in use before.
  private VarSet sameBefore = VarSet.EMPTY;

  ClientOutput(Channel client, LoopCounters counters, Presence presence) {
    this.client = client;
    this.counters = counters;
    this.presence = presence;
  }

  /// Takes the buffer over.
  void write(ByteBuf out) {
    LoopCounters.add(counters.bytesToClients, out.readableBytes());
    presence.sent(out.readableBytes());
    var _ = client.write(out, client.voidPromise());
  }

  /// The end of a login, in one write; flushes.
  void greet(VarSet reported, CancelKey key) {
    knowsAll(reported);
    ByteBuf out = client.alloc().buffer(512);
    BackendMessages.authenticationOk(out);
    reported.writeStatuses(out);
    BackendMessages.backendKeyData(out, key);
    BackendMessages.readyForQuery(out, 'I');
    write(out);
    client.flush();
  }

  /// ParameterStatus messages were passed on as they came.
  void knows(VarSet reported) {
    if (!isTold(reported)) {
      knowsAll(reported);
    }
  }

  private void knowsAll(VarSet reported) {
    told = reported;
    same = reported;
    sameBefore = reported;
  }

  /// Whether it is one of the very objects that the client was told of last: those of two servers
  /// that differ in nothing that clients are told.
  @SuppressWarnings("ReferenceEquality") // asked for each transaction
  boolean isTold(VarSet reported) {
    return reported == same || reported == sameBefore;
  }

  /// All that the client has been told of settings.
  VarSet told() {
    return told;
  }

  /// What the server reports, as far as the client has been told something else. Which server it is
  /// now is not the client's to see.
  void told(VarSet reported) {
    if (isTold(reported)) {
      return;
    }
    VarSet before = told;
    boolean[] news = {false};
    reported
        .values()
        .forEach((name, value) -> {
          if (!value.equals(before.values().get(name)) && !ofServer(name)) {
            ByteBuf status = client.alloc().buffer();
            BackendMessages.parameterStatus(status, name, value);
            write(status);
            news[0] = true;
          }
        });
    if (news[0]) {
      knowsAll(reported);
    } else {
      sameBefore = same;
      same = reported;
    }
  }

  private static boolean ofServer(String name) {
    return name.equals("in_hot_standby") || name.equals("server_version");
  }

  /// An error in the client's own terms. Takes the frame over.
  ///
  /// @param note of the message that it answers
  /// @param status of the transaction before it
  ByteBuf translated(ByteBuf frame, @Nullable Note note, byte status, StatementNames names) {
    if (note instanceof Refusal refusal) {
      frame.release();
      ByteBuf out = client.alloc().buffer();
      refusal.errorIn(status).writeTo(out);
      return out;
    }
    return SharedNames.translate(frame, names, client.alloc());
  }

  /// The answer to a message that did not go to a server.
  void spared(byte kind) {
    ByteBuf out = client.alloc().buffer(8);
    out.writeByte(kind == Outstanding.SPARED_PARSE ? '1' : '3');
    out.writeInt(Integer.BYTES);
    write(out);
  }

  void error(BackendError error) {
    ByteBuf out = client.alloc().buffer();
    error.writeTo(out);
    write(out);
  }

  void ready(byte status) {
    ByteBuf out = client.alloc().buffer(8);
    BackendMessages.readyForQuery(out, (char) status);
    write(out);
  }

  /// CommandComplete of a statement that no server has run.
  void complete(String tag) {
    ByteBuf out = client.alloc().buffer(32);
    out.writeByte('C').writeInt(Integer.BYTES + tag.length() + 1);
    out.writeCharSequence(tag, StandardCharsets.US_ASCII);
    out.writeByte(0);
    write(out);
  }

  /// A message without a body: ParseComplete, BindComplete, CloseComplete, NoData.
  void empty(char tag) {
    write(client.alloc().buffer(8).writeByte(tag).writeInt(Integer.BYTES));
  }
}

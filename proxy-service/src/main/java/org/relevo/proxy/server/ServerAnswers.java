package org.relevo.proxy.server;

import io.netty.buffer.ByteBuf;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.wire.BackendMessages;
import org.relevo.proxy.wire.FrameCutter;
import org.relevo.proxy.wire.Tags;
import org.relevo.proxy.wire.WireException;

/// What a server says on one connection: for the tenant, for a conversation, or for nobody; and the
/// account of what it owes.
///
/// Owner: event loop of the connection. [#release] drops what is kept of a message in pieces.
final class ServerAnswers implements ServerStream.Sink, OutstandingOwner {
  private static final int MAX_TRACKED_STATUS_BYTES = 4096;
  private static final int MAX_REPORTED = 512;
  private static final int MAX_KEPT_ERROR_BYTES = 65_536;

  private final ServerConnection connection;
  private final ServerStream stream = new ServerStream(this);
  private final Outstanding outstanding = new Outstanding(this);
  private final XidQuestion question = new XidQuestion();
  private VarSet reported = VarSet.EMPTY;
  private @Nullable Tenant tenant;
  private @Nullable Conversation conversation;
  private @Nullable FrameCutter cutter;

  ServerAnswers(ServerConnection connection) {
    this.connection = connection;
  }

  Outstanding outstanding() {
    return outstanding;
  }

  XidQuestion question() {
    return question;
  }

  VarSet reported() {
    return reported;
  }

  void reportedAs(VarSet equal) {
    reported = equal;
  }

  @Nullable Tenant tenant() {
    return tenant;
  }

  void tenant(@Nullable Tenant next) {
    tenant = next;
  }

  @Nullable Conversation conversation() {
    return conversation;
  }

  boolean atMessageStart() {
    return stream.atMessageStart();
  }

  boolean endsWithError() {
    return stream.atMessageStart() && stream.lastTag() == Tags.ERROR_RESPONSE;
  }

  void converse(Conversation begun, int maxMessageBytes) {
    conversation = begun;
    if (cutter == null) {
      cutter = new FrameCutter(connection.channel().alloc(), maxMessageBytes);
    } else {
      cutter.limit(maxMessageBytes);
    }
  }

  void endConversation() {
    conversation = null;
  }

  /// Takes the buffer over.
  ///
  /// @throws WireException when the stream is of no use any more
  void read(ByteBuf in) {
    FrameCutter cut = cutter;
    if (cut == null) {
      stream.read(in, connection.channel().alloc());
      return;
    }
    try {
      converse(cut, in);
    } finally {
      in.release();
    }
  }

  private void converse(FrameCutter cut, ByteBuf in) {
    cut.add(in);
    while (conversation != null && connection.isOpen() && cut.hasMessage()) {
      ByteBuf frame = cut.next();
      byte tag = frame.getByte(frame.readerIndex());
      if (tag == Tags.PARAMETER_STATUS) {
        byte[] body = Conversation.body(frame);
        report(BackendMessages.readParameterStatus(body, body.length));
      }
      conversation.message(tag, frame);
    }
    if (conversation == null && connection.isOpen()) {
      cutter = null;
      try {
        ByteBuf rest = cut.rest();
        if (rest.isReadable()) {
          stream.read(rest.copy(), connection.channel().alloc());
        }
      } finally {
        cut.close(); // what follows may be no message at all
      }
    }
  }

  void release() {
    stream.release();
    tenant = null;
    conversation = null;
    if (cutter != null) {
      cutter.close();
      cutter = null;
    }
  }

  @Override
  public ServerStream.Fate begins(byte tag, int bodyBytes) {
    if (!question.quiet()) {
      ServerStream.Fate aside = question.fate(tag, bodyBytes);
      if (aside != null) {
        return aside;
      }
    }
    return switch (tag) {
      case Tags.DATA_ROW, Tags.COPY_DATA -> ServerStream.Fate.PASS;
      case Tags.READY_FOR_QUERY -> {
        if (bodyBytes != 1) {
          throw new WireException("ReadyForQuery with " + bodyBytes + " bytes");
        }
        yield outstanding.isOwnReadyNext() ? ServerStream.Fate.DROP : ServerStream.Fate.PASS;
      }
      case '1', '2', '3', 'C' ->
          outstanding.isOwnNext() ? ServerStream.Fate.DROP : ServerStream.Fate.PASS;
      case Tags.PARAMETER_STATUS ->
          bodyBytes <= MAX_TRACKED_STATUS_BYTES ? ServerStream.Fate.KEEP : ServerStream.Fate.PASS;
      case Tags.ERROR_RESPONSE ->
          bodyBytes <= MAX_KEPT_ERROR_BYTES ? ServerStream.Fate.KEEP : ServerStream.Fate.PASS;
      default -> ServerStream.Fate.PASS;
    };
  }

  @Override
  public void pass(ByteBuf in) {
    Tenant holder = tenant;
    if (holder == null) {
      in.release();
    } else {
      holder.fromServer(in);
    }
  }

  @Override
  public void kept(byte tag, ByteBuf frame) {
    if (tag == Tags.PARAMETER_STATUS) {
      byte[] body = Conversation.body(frame);
      Map.Entry<String, String> status;
      try {
        status = BackendMessages.readParameterStatus(body, body.length);
      } catch (WireException e) {
        frame.release();
        throw e;
      }
      report(status);
      if (tenant != null) {
        tenant.reported(status.getKey());
      }
      pass(frame);
    } else if (tag == Tags.DATA_ROW) {
      question.row(frame);
      frame.release();
    } else {
      boolean aside = question.refused(frame);
      Note answered = aside ? null : (Note) outstanding.current();
      if (answered != null) {
        answered.failed();
      }
      if (!aside) {
        outstanding.received(tag);
      }
      Tenant holder = tenant;
      if (holder == null) {
        connection.spoil(); // the end of an idle connection, in words
        frame.release();
      } else {
        holder.errorFromServer(frame, answered);
      }
    }
  }

  @Override
  public boolean countsRows() {
    return outstanding.current() instanceof Note note && note.countsRows();
  }

  @Override
  public void ended(byte tag, byte lastByte) {
    switch (tag) {
      case Tags.DATA_ROW, Tags.COPY_DATA -> {
        // the many
      }
      case Tags.READY_FOR_QUERY -> {
        if (question.ready()) {
          outstanding.status(lastByte);
          return;
        }
        boolean own = outstanding.isOwnReadyNext();
        outstanding.ready(lastByte);
        if (tenant != null && !own) {
          tenant.ready(lastByte);
        }
      }
      default -> {
        if (question.asked()) {
          return;
        }
        if (tag == 'C' && outstanding.current() instanceof Note note) {
          note.completed(stream.rows());
        }
        outstanding.received(tag);
      }
    }
  }

  private void report(Map.Entry<String, String> status) {
    if (reported.values().size() < MAX_REPORTED || reported.values().containsKey(status.getKey())) {
      reported = reported.with(status.getKey(), status.getValue());
    }
  }

  // ------------------------------------------------------------------ account

  @Override
  public void done(byte kind, Object note) {
    ((Note) note).done(connection);
  }

  @Override
  public void skipped(byte kind, Object note) {
    ((Note) note).skipped(connection);
  }

  @Override
  public void spared(byte kind) {
    stream.passed();
    if (tenant != null) {
      tenant.spared(kind);
    }
  }
}

package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.server.Note;
import org.relevo.proxy.server.ServerConnection;

/// A query string with commands on names, on its way: which of its statements were done decides
/// what its names mean afterwards. An error of what the service sent ahead of it is kept, and given
/// to the client as the error of its own string.
///
/// Owner: event loop of the session.
final class QueryNames implements Note {
  private final List<Step> steps = new ArrayList<>();
  private final SplicedText text;
  private int completed;
  private boolean failed;
  private byte @Nullable [] problem;

  QueryNames(SplicedText text) {
    this.text = text;
  }

  /// @param statement position of its statement in the string
  private record Step(int statement, NameChange change) {}

  /// A message that goes ahead of the string.
  ///
  /// @param inner what becomes of it otherwise
  private record Ahead(QueryNames query, @Nullable Note inner) implements Note {
    @Override
    public void skipped(ServerConnection connection) {
      if (inner != null) {
        inner.skipped(connection);
      }
    }

    @Override
    public void done(ServerConnection connection) {
      if (inner != null) {
        inner.done(connection);
      }
    }
  }

  void changes(int statement, NameChange change) {
    steps.add(new Step(statement, change));
  }

  Note ahead(@Nullable Note inner) {
    return new Ahead(this, inner);
  }

  @Override
  public void completed(long rows) {
    completed++;
  }

  @Override
  public void failed() {
    failed = true;
  }

  @Override
  public void skipped(ServerConnection connection) {
    undo(connection, 0);
  }

  @Override
  public void done(ServerConnection connection) {
    if (failed) {
      undo(connection, completed);
    }
  }

  private void undo(ServerConnection connection, int first) {
    for (Step step : steps.reversed()) {
      if (step.statement() >= first) {
        step.change().skipped(connection);
      }
    }
  }

  /// Whether an error is not the client's to see now.
  static boolean keeps(ByteBuf frame, @Nullable Note note) {
    if (!(note instanceof Ahead(QueryNames query, var _))) {
      return false;
    }
    if (query.problem == null) {
      query.problem = new byte[frame.readableBytes()];
      frame.getBytes(frame.readerIndex(), query.problem);
    }
    frame.release();
    return true;
  }

  /// The error that the client gets instead of this one. Takes the frame over.
  static ByteBuf instead(ByteBuf frame, @Nullable Note note) {
    return switch (note) {
      case QueryNames query -> query.instead(frame);
      case NameChange change -> change.text().placed(frame);
      case SqlCommand command -> command.spliced().placed(frame);
      case null, default -> frame;
    };
  }

  private ByteBuf instead(ByteBuf frame) {
    byte[] kept = problem;
    if (kept == null) {
      return text.placed(frame);
    }
    ByteBuf other = frame.alloc().buffer(kept.length).writeBytes(kept);
    frame.release();
    return other;
  }
}

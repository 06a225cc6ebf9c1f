package org.relevo.proxy.server;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.ServerLife;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.Tags;

/// What a server is asked in the same write as a COMMIT, just ahead of it: the number of the
/// transaction that the COMMIT ends, so that its outcome can be asked for when no answer comes. It
/// costs no round trip: the server answers it, and sends that, before it begins to commit.
///
/// ```text
/// NONE ──ask──► ASKED ──its ReadyForQuery──► COMMITTING ──the COMMIT's──► NONE
///                 └─error─► REFUSED ──its ReadyForQuery──► FAILED ──the COMMIT's──► NONE
/// ```
///
/// An error of the question fails the client's transaction, and the COMMIT that follows would be
/// answered with ROLLBACK and no reason. So the client gets that error as the answer to its COMMIT,
/// and of what the server says to the COMMIT itself the end alone: as if the COMMIT had failed,
/// which it has.
///
/// Owner: event loop of the connection.
public final class XidQuestion {
  private enum State {
    NONE,
    ASKED,
    REFUSED,
    COMMITTING,
    FAILED
  }

  private static final int HEADER_BYTES = 5;

  /// Two numbers and their lengths.
  private static final int MOST_ROW_BYTES = 64;

  private static final int OLDEST_MAJOR = 13;
  private static final String XID = "SELECT pg_catalog.pg_current_xact_id_if_assigned()";
  private static final byte[] FIRST = query(XID + ", " + ServerLife.STARTED_SQL);
  private static final byte[] NEXT = query(XID);

  private State state = State.NONE;
  private long xid;
  private long startedUs;
  private boolean told;
  private @Nullable VarSet versionOf;
  private boolean able;

  private static byte[] query(String sql) {
    byte[] text = sql.getBytes(StandardCharsets.US_ASCII);
    byte[] message = new byte[HEADER_BYTES + text.length + 1];
    int length = Integer.BYTES + text.length + 1;
    message[0] = Tags.QUERY;
    message[1] = (byte) (length >> 24);
    message[2] = (byte) (length >> 16);
    message[3] = (byte) (length >> 8);
    message[4] = (byte) length;
    System.arraycopy(text, 0, message, HEADER_BYTES, text.length);
    return message;
  }

  /// Whether a server that reports this knows the answer: PostgreSQL 13 and newer.
  @SuppressWarnings("ReferenceEquality") // asked for each COMMIT, and the same most of the time
  public boolean fits(VarSet reported) {
    if (reported != versionOf) {
      versionOf = reported;
      able = major(reported.values().getOrDefault("server_version", "")) >= OLDEST_MAJOR;
    }
    return able;
  }

  private static int major(String version) {
    int major = 0;
    for (int i = 0; i < Math.min(4, version.length()); i++) {
      int digit = version.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      major = major * 10 + digit;
    }
    return major;
  }

  /// A COMMIT follows in the same write; nothing is unanswered. The unnamed statement is lost.
  public void ask(ByteBuf out) {
    out.writeBytes(startedUs == 0 ? FIRST : NEXT);
    xid = 0;
    told = false;
    state = State.ASKED;
  }

  /// Number of the transaction whose COMMIT is not answered; 0 when it has none, or none that is
  /// known.
  public long xid() {
    return state == State.ASKED || state == State.COMMITTING ? xid : 0;
  }

  /// Whether the client has been told of the end of its transaction, and only waits for the
  /// ReadyForQuery.
  public boolean told() {
    return state == State.REFUSED || state == State.FAILED || (state == State.COMMITTING && told);
  }

  /// When the server began that gave the number; see [ServerLife].
  public long startedUs() {
    return startedUs;
  }

  // ------------------------------------------------------------------ answers

  /// Whether what the server says next answers the question.
  boolean asked() {
    return state == State.ASKED || state == State.REFUSED;
  }

  boolean quiet() {
    return state == State.NONE;
  }

  /// What becomes of a message; null for as usual.
  ServerStream.@Nullable Fate fate(byte tag, int bodyBytes) {
    if (state == State.COMMITTING) {
      told |= tag == 'C';
      return null;
    }
    return switch (tag) {
      case Tags.DATA_ROW ->
          asked() && bodyBytes <= MOST_ROW_BYTES ? ServerStream.Fate.KEEP : ServerStream.Fate.DROP;
      case 'T', 't', 'n', '1', '2', '3', 'C', 'I', 's' -> ServerStream.Fate.DROP;
      case Tags.READY_FOR_QUERY -> asked() ? ServerStream.Fate.DROP : null;
      default -> null;
    };
  }

  /// @param frame the one row, with its header
  void row(ByteBuf frame) {
    int at = frame.readerIndex() + HEADER_BYTES + Short.BYTES;
    int end = frame.writerIndex();
    CharSequence number = column(frame, at, end);
    xid = number(number);
    if (startedUs == 0) {
      startedUs = ServerLife.startedUs(column(frame, at + Integer.BYTES + number.length(), end));
    }
  }

  private static CharSequence column(ByteBuf frame, int at, int end) {
    int length = end - at < Integer.BYTES ? 0 : frame.getInt(at);
    return length <= 0 || length > end - at - Integer.BYTES
        ? ""
        : frame.getCharSequence(at + Integer.BYTES, length, StandardCharsets.US_ASCII);
  }

  private static long number(CharSequence text) {
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9 || i > 17) {
        return 0;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /// An error came. One that ends the connection answers nothing: it is not passed to the client as
  /// the end of its transaction, whose outcome is open.
  ///
  /// @param frame with its header; not changed
  /// @return whether it came in the place of the question's answer
  boolean refused(ByteBuf frame) {
    boolean mine = asked();
    if (state != State.NONE && BackendError.ends(frame) == BackendError.Ends.STATEMENT) {
      told = true;
      if (mine) {
        state = State.REFUSED;
      }
    }
    return mine;
  }

  /// A ReadyForQuery came.
  ///
  /// @return whether it is the question's
  boolean ready() {
    State before = state;
    state =
        switch (before) {
          case ASKED -> State.COMMITTING;
          case REFUSED -> State.FAILED;
          case NONE, COMMITTING, FAILED -> State.NONE;
        };
    return before == State.ASKED || before == State.REFUSED;
  }
}

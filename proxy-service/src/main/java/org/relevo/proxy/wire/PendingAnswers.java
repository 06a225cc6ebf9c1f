package org.relevo.proxy.wire;

/// The account of what a client asked and the server has not answered yet: enough to know for
/// certain when a session is outside any transaction with nothing outstanding.
///
/// Each Query, FunctionCall and Sync owes one ReadyForQuery, with two exceptions of the protocol:
/// in COPY IN the server swallows Sync until CopyDone, CopyFail or an error; after an error in the
/// extended protocol it skips everything up to the next Sync. So marks are kept in order of
/// sending:
///
/// ```
/// x  extended-protocol messages not yet closed by a Sync (a batch is one mark)
/// Q  Query or FunctionCall      S  Sync      c  CopyDone or CopyFail
/// ```
///
/// Owner: event loop of the session.
public final class PendingAnswers {
  private static final byte BATCH = 'x';
  private static final byte ASKED = 'Q';
  private static final byte SYNCED = 'S';
  private static final byte COPIED = 'c';

  private byte[] ring = new byte[16];
  private int head;
  private int size;
  private int owed;
  private boolean copyIn;
  private boolean skipping;
  private boolean used;
  private byte status = 'I';

  /// A new session owes its first ReadyForQuery.
  public PendingAnswers() {
    push(ASKED);
  }

  /// A message goes to the server.
  public void sent(byte tag) {
    used = true;
    switch (tag) {
      case Tags.QUERY, Tags.FUNCTION_CALL -> {
        if (!skipping) {
          push(ASKED);
        }
      }
      case Tags.SYNC -> {
        if (!copyIn) {
          skipping = false;
          push(SYNCED);
        }
      }
      case Tags.PARSE, Tags.BIND, Tags.DESCRIBE, Tags.EXECUTE, Tags.CLOSE, Tags.FLUSH -> {
        if (!copyIn && !skipping && last() != BATCH) {
          push(BATCH);
        }
      }
      case Tags.COPY_DONE, Tags.COPY_FAIL -> {
        if (copyIn) {
          copyIn = false;
        } else if (size > 0 && !skipping) {
          push(COPIED);
        }
      }
      default -> {
        // CopyData, Terminate and passwords owe nothing
      }
    }
  }

  /// A message other than ReadyForQuery came from the server.
  public void received(byte tag) {
    switch (tag) {
      case Tags.COPY_IN_RESPONSE -> copyBegins();
      case Tags.ERROR_RESPONSE -> failed();
      default -> {
        // says nothing about what is owed
      }
    }
  }

  /// ReadyForQuery came from the server.
  public void ready(byte transactionStatus) {
    status = transactionStatus;
    copyIn = false;
    while (size > 0) {
      byte mark = pop();
      if (mark == ASKED || mark == SYNCED) {
        break;
      }
    }
    while (size > 0 && ring[head] == COPIED) {
      pop(); // the server ignores these outside a COPY
    }
  }

  /// Outside any transaction, nothing sent that is not answered.
  public boolean atBoundary() {
    return size == 0 && !skipping && status == 'I';
  }

  /// Whether an extended-protocol batch is open, so that what follows belongs to it.
  public boolean inBatch() {
    return skipping || copyIn || (size > 0 && (last() == BATCH || last() == COPIED));
  }

  /// ReadyForQuery messages that the server owes.
  public int owed() {
    return owed;
  }

  /// Whether a client's message has gone to the server.
  public boolean used() {
    return used;
  }

  /// Transaction status of the last ReadyForQuery: `I`, `T` or `E`.
  public byte status() {
    return status;
  }

  /// Whether no more may be sent before answers come.
  public boolean full() {
    return size >= WireLimits.MAX_OUTSTANDING;
  }

  /// The COPY was started by the mark at the head. What was sent after it up to the end of the COPY
  /// was or will be swallowed.
  private void copyBegins() {
    if (size == 0) {
      return;
    }
    boolean simple = ring[head] == ASKED;
    byte first = pop();
    while (size > 0 && ring[head] != COPIED) {
      if (ring[head] == ASKED) {
        break; // a Query inside COPY IN is an error; the server's answer to it follows
      }
      pop();
    }
    if (size > 0 && ring[head] == COPIED) {
      pop();
    } else {
      copyIn = true;
    }
    pushFront(simple ? ASKED : first);
  }

  private void failed() {
    boolean extended = size > 0 && ring[head] == BATCH;
    copyIn = false;
    if (!extended) {
      return;
    }
    while (size > 0 && ring[head] != SYNCED) {
      pop();
    }
    skipping = size == 0;
  }

  private byte last() {
    return size == 0 ? 0 : ring[(head + size - 1) & (ring.length - 1)];
  }

  private void push(byte mark) {
    grow();
    ring[(head + size) & (ring.length - 1)] = mark;
    size++;
    owed += mark == ASKED || mark == SYNCED ? 1 : 0;
  }

  private void pushFront(byte mark) {
    grow();
    head = (head - 1) & (ring.length - 1);
    ring[head] = mark;
    size++;
    owed += mark == ASKED || mark == SYNCED ? 1 : 0;
  }

  private byte pop() {
    byte mark = ring[head];
    head = (head + 1) & (ring.length - 1);
    size--;
    owed -= mark == ASKED || mark == SYNCED ? 1 : 0;
    return mark;
  }

  private void grow() {
    if (size < ring.length) {
      return;
    }
    byte[] larger = new byte[ring.length * 2];
    for (int i = 0; i < size; i++) {
      larger[i] = ring[(head + i) & (ring.length - 1)];
    }
    ring = larger;
    head = 0;
  }
}

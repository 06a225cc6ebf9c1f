package org.relevo.proxy.server;

import org.jspecify.annotations.Nullable;
import org.relevo.proxy.wire.Tags;
import org.relevo.proxy.wire.WireLimits;

/// The account of what a server connection was asked and has not answered yet, in order of sending:
/// enough to know for certain when a transaction is over with nothing outstanding, and which of the
/// server's answers belong to messages that the service added or held back.
///
/// Each Query, FunctionCall and Sync owes one ReadyForQuery, with two exceptions of the protocol:
/// in COPY IN the server swallows Sync until CopyDone, CopyFail or an error; after an error in the
/// extended protocol it skips everything up to the next Sync.
///
/// Owner: event loop of the connection.
public final class Outstanding {
  /// Query or FunctionCall.
  public static final byte ASKED = 'Q';

  public static final byte SYNCED = 'S';

  /// CopyDone or CopyFail.
  static final byte COPIED = 'c';

  public static final byte PARSED = 'P';
  public static final byte BOUND = 'B';
  public static final byte DESCRIBED = 'D';
  public static final byte EXECUTED = 'E';
  public static final byte CLOSED = 'C';

  /// Messages of the service; their answers do not go to the client.
  public static final byte OWN_PARSE = 'p';

  public static final byte OWN_CLOSE = 'k';
  public static final byte OWN_BIND = 'b';
  public static final byte OWN_EXECUTE = 'e';

  /// A Sync of the service, at the end of messages of its own outside any batch of the client.
  public static final byte OWN_SYNC = 's';

  /// Messages that were not sent; the client gets an answer all the same.
  public static final byte SPARED_PARSE = 'f';

  public static final byte SPARED_CLOSE = 'g';

  private final OutstandingOwner owner;
  private final Entries entries = new Entries();
  private int owed;
  private int noted;
  private boolean batchOpen;
  private boolean copyIn;
  private boolean skipping;
  private byte status = 'I';

  public Outstanding(OutstandingOwner owner) {
    this.owner = owner;
  }

  /// A message of the client goes to the server unchanged in kind.
  public void sent(byte tag) {
    sent(tag, null);
  }

  /// @param note given back to the owner when the message was done or skipped
  public void sent(byte tag, @Nullable Object note) {
    switch (tag) {
      case Tags.QUERY, Tags.FUNCTION_CALL -> {
        if (!skipping) {
          batchOpen = false;
          push(ASKED, note);
        } else if (note != null) {
          owner.skipped(tag, note);
        }
      }
      case Tags.SYNC -> {
        if (!copyIn) {
          skipping = false;
          batchOpen = false;
          push(SYNCED, null);
        }
      }
      case Tags.PARSE, Tags.BIND, Tags.DESCRIBE, Tags.EXECUTE, Tags.CLOSE -> extended(tag, note);
      case Tags.FLUSH -> batchOpen |= !copyIn;
      case Tags.COPY_DONE, Tags.COPY_FAIL -> {
        if (!copyIn && entries.size() > 0 && !skipping) {
          push(COPIED, null);
        }
        copyIn = false;
      }
      default -> {
        // CopyData, Terminate and passwords owe nothing
      }
    }
  }

  /// A message that the service adds or spares.
  ///
  /// @param kind one of `OWN_…` and `SPARED_…`
  public void added(byte kind, @Nullable Object note) {
    extended(kind, note);
    answerSpared();
  }

  /// A Sync of the service; only outside a batch.
  ///
  /// @param note of its answer
  public void ownSync(Object note) {
    if (inBatch() && !(isOwn(entries.last()) && !skipping && !copyIn)) {
      throw new IllegalStateException("a Sync would end the client's batch");
    }
    batchOpen = false;
    push(OWN_SYNC, note);
  }

  private void extended(byte kind, @Nullable Object note) {
    if (!skipping && !copyIn) {
      batchOpen = true;
      push(kind, note);
    } else if (note != null) {
      owner.skipped(kind, note); // in COPY IN the server breaks off
    }
  }

  /// Whether the next answer is to a message of the service.
  public boolean isOwnNext() {
    return isOwn(entries.first());
  }

  private static boolean isOwn(byte mark) {
    return mark == OWN_PARSE || mark == OWN_CLOSE || mark == OWN_BIND || mark == OWN_EXECUTE;
  }

  /// Whether the next ReadyForQuery answers a Sync of the service.
  public boolean isOwnReadyNext() {
    for (int i = 0; i < entries.size(); i++) {
      byte mark = entries.at(i);
      if (endsBatch(mark)) {
        return mark == OWN_SYNC;
      }
    }
    return false;
  }

  private static boolean endsBatch(byte mark) {
    return mark == ASKED || mark == SYNCED || mark == OWN_SYNC;
  }

  /// The note of what the server is answering now.
  public @Nullable Object current() {
    return entries.noteAt(0);
  }

  /// A message other than ReadyForQuery came from the server.
  public void received(byte tag) {
    switch (tag) {
      case '1' -> answered(PARSED, OWN_PARSE);
      case '2' -> answered(BOUND, OWN_BIND);
      case '3' -> answered(CLOSED, OWN_CLOSE);
      case 'T', 'n' -> answered(DESCRIBED, DESCRIBED);
      case 'C', 'I', 's' -> answered(EXECUTED, OWN_EXECUTE);
      case Tags.COPY_IN_RESPONSE -> copyBegins();
      case Tags.ERROR_RESPONSE -> failed();
      default -> {
        // says nothing about what is owed
      }
    }
  }

  private void answered(byte kind, byte own) {
    byte first = entries.first();
    if (first != 0 && (first == kind || first == own)) {
      copyIn = false;
      pop(true);
      answerSpared();
    }
  }

  /// ReadyForQuery came from the server.
  public void ready(byte transactionStatus) {
    status = transactionStatus;
    copyIn = false;
    // When skipping, it answers a Sync that was taken for swallowed: the COPY failed before that.
    batchOpen &= !skipping;
    skipping = false;
    boolean ended = false;
    while (entries.size() > 0 && !ended) {
      ended = endsBatch(entries.first());
      pop(true);
    }
    answerSpared();
  }

  /// Outside any transaction, nothing sent that is not answered.
  public boolean atBoundary() {
    return status == 'I' && answeredAll();
  }

  /// Nothing sent that is not answered; a transaction may be open.
  public boolean answeredAll() {
    return entries.size() == 0 && !batchOpen && !skipping;
  }

  /// Whether an extended-protocol batch is open, so that what follows belongs to it.
  public boolean inBatch() {
    return batchOpen || skipping || copyIn || (entries.last() == COPIED && !copiedByQuery());
  }

  /// Whether a query string began the COPY whose end was sent last; in a COPY, Syncs are swallowed.
  private boolean copiedByQuery() {
    int at = entries.size() - 1;
    while (at > 0 && (entries.at(at) == COPIED || entries.at(at) == SYNCED)) {
      at--;
    }
    return entries.at(at) == ASKED;
  }

  /// Whether a batch waits for its Sync.
  public boolean batchOpen() {
    return batchOpen;
  }

  /// Whether a batch waits for its Sync, all of it so far answered.
  public boolean answeredBatch() {
    return batchOpen && entries.size() == 0 && !skipping;
  }

  /// Whether the server drops what comes before the next Sync.
  public boolean skipping() {
    return skipping;
  }

  /// ReadyForQuery messages that the server owes.
  public int owed() {
    return owed;
  }

  /// Entries whose failure would take something back.
  public int noted() {
    return noted;
  }

  /// Transaction status of the last ReadyForQuery: `I`, `T` or `E`.
  public byte status() {
    return status;
  }

  /// A ReadyForQuery came that answers nothing of this account.
  void status(byte transactionStatus) {
    status = transactionStatus;
  }

  /// What is not answered, in order: kinds of messages as in [#added] and [#sent].
  public byte[] unanswered() {
    return entries.marks();
  }

  /// Whether no more may be sent before answers come.
  public boolean full() {
    return entries.size() >= WireLimits.MAX_OUTSTANDING;
  }

  /// The COPY was started by the entry at the head. Syncs that were sent after it, up to the end of
  /// the COPY, are swallowed by the server.
  private void copyBegins() {
    if (entries.size() == 0) {
      return;
    }
    int kept = 1;
    int at = 1;
    boolean ended = false;
    while (at < entries.size() && !ended && entries.at(at) != ASKED) {
      byte mark = entries.at(at);
      ended = mark == COPIED;
      if (mark == SYNCED) {
        owed--;
      } else if (!ended) {
        entries.move(at, kept++);
      }
      at++;
    }
    boolean stopped = at < entries.size() && !ended;
    while (at < entries.size()) {
      entries.move(at++, kept++);
    }
    entries.cut(kept);
    copyIn = !ended && !stopped;
    batchOpen = entries.size() > 0 && !endsBatch(entries.last());
  }

  private void failed() {
    boolean batch = entries.size() > 0 ? !endsBatch(entries.first()) : batchOpen;
    copyIn = false;
    if (!batch) {
      return;
    }
    int skipped = 0;
    while (skipped < entries.size()
        && entries.at(skipped) != SYNCED
        && entries.at(skipped) != OWN_SYNC) {
      skipped++;
    }
    takeBack(skipped);
    for (int i = 0; i < skipped; i++) {
      pop(false);
    }
    skipping = entries.size() == 0;
    batchOpen = entries.size() > 0 && !endsBatch(entries.last());
  }

  /// The last first: each takes back to what was before it.
  private void takeBack(int count) {
    for (int i = count - 1; i >= 0; i--) {
      Object note = entries.takeNote(i);
      if (note != null) {
        noted -= Note.weight(note);
        owner.skipped(entries.at(i), note);
      }
    }
  }

  /// The connection is gone: nothing of what is not answered was done, as far as anybody knows.
  public void lost() {
    takeBack(entries.size());
    entries.cut(0);
    owed = 0;
    batchOpen = skipping = copyIn = false;
  }

  private void answerSpared() {
    while (entries.size() > 0) {
      byte kind = entries.first();
      if (kind != SPARED_PARSE && kind != SPARED_CLOSE && kind != COPIED) {
        return;
      }
      pop(true);
      if (kind != COPIED) { // the server ignores these outside a COPY
        owner.spared(kind);
      }
    }
  }

  private void push(byte mark, @Nullable Object note) {
    entries.add(mark, note);
    noted += Note.weight(note);
    owed += endsBatch(mark) ? 1 : 0;
  }

  private void pop(boolean done) {
    byte mark = entries.first();
    Object note = entries.takeNote(0);
    entries.removeFirst();
    owed -= endsBatch(mark) ? 1 : 0;
    if (note != null) {
      noted -= Note.weight(note);
      if (done) {
        owner.done(mark, note);
      } else {
        owner.skipped(mark, note);
      }
    }
  }
}

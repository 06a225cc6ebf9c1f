package org.relevo.proxy.fanout;

import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.session.CancelTarget;
import org.relevo.proxy.session.ClientDoor;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.BackendMessages;
import org.relevo.proxy.wire.CancelKey;
import org.relevo.proxy.wire.Tags;
import org.relevo.proxy.wire.WireException;

/// One client whose writes go to every node: takes its messages one by one and answers them.
///
/// Owner: its own virtual thread; [#cancel] and [#stop] are for others.
final class FanoutSession implements CancelTarget {
  /// How often a statement that has changed nothing is run anew when a node was lost.
  private static final int RUNS = 4;

  /// How long a client waits for the end of a take-over.
  private static final Duration TAKE_OVER_LIMIT = Duration.ofSeconds(60);

  private final ClientDoor door;
  private final ReplicaSet replicas;
  private final CommitJournal journal;
  private final ClientPort client;
  private final Links links;
  private final Transaction transaction;
  private final StopSwitch stop = new StopSwitch();
  private final SessionTexts texts;
  private final Reads reads;
  private final Runner runner;
  private final SimpleFlow simple;
  private final ExtendedFlow extended;
  private boolean once;
  private boolean copied;
  private boolean inExtended;
  private volatile @Nullable BackendError farewell;

  FanoutSession(
      ClientDoor door,
      ReplicaSet replicas,
      CommitJournal journal,
      Analyzers analyzers,
      ClientPort client) {
    this.door = door;
    this.replicas = replicas;
    this.client = client;
    Map<String, String> parameters = door.settings();
    if (replicas.settings().snapshots()) {
      parameters.putIfAbsent("default_transaction_isolation", "repeatable read");
    }
    this.journal = journal;
    this.links = new Links(door, replicas, journal, parameters);
    this.transaction =
        new Transaction(links, replicas, journal, new Mismatches(links, replicas, door), stop);
    this.reads = new Reads(links, replicas);
    this.texts = new SessionTexts(door, links, replicas, transaction, analyzers);
    this.runner = new Runner(this);
    this.simple = new SimpleFlow(this, runner);
    this.extended = new ExtendedFlow(this, runner);
    texts.whenNamesGo(extended::forgetNames);
  }

  // ------------------------------------------------------------------ life

  /// Serves the client to its end.
  void run() {
    CancelKey key = null;
    BackendError last = null;
    try {
      if (!journal.await(TAKE_OVER_LIMIT)) {
        throw new IOException("the servers have not been compared with each other yet");
      }
      links.refresh();
      texts.learn();
      CancelKey servers = links.main().cancelKey();
      key = door.register(servers == null ? door.nextProcessId() : servers.processId(), this);
      greet(key);
      serve();
    } catch (Links.RefusedException e) {
      last = e.error();
    } catch (WireException e) {
      last = BackendError.of("FATAL", "08P01", String.valueOf(e.getMessage()));
    } catch (IOException e) {
      last =
          client.hasLeft()
              ? null
              : BackendError.of("FATAL", "57P03", String.valueOf(e.getMessage()));
    } catch (InterruptedException _) {
      last = farewell;
    } finally {
      transaction.leave();
      links.close();
      if (key != null) {
        door.forget(key);
      }
      client.close(farewell == null ? last : farewell);
      door.dismiss();
    }
  }

  /// Ends it from outside, a commit under way excepted.
  void stop(BackendError why, Thread thread) {
    farewell = why;
    stop.ask(thread);
  }

  private void greet(CancelKey key) {
    BackendMessages.authenticationOk(client.out().buffer());
    links
        .reported()
        .forEach(
            (name, value) -> BackendMessages.parameterStatus(client.out().buffer(), name, value));
    BackendMessages.backendKeyData(client.out().buffer(), key);
    client.out().ready('I');
    client.send();
  }

  private void serve() throws IOException, InterruptedException {
    while (true) {
      Frame frame = next();
      switch (frame.tag()) {
        case Tags.QUERY -> {
          inExtended = false;
          unit(() -> simple.run(frame));
          ready();
        }
        case Tags.PARSE, Tags.BIND, Tags.DESCRIBE, Tags.EXECUTE, Tags.CLOSE -> extended.add(frame);
        case Tags.FLUSH -> batch(false);
        case Tags.SYNC -> batch(true);
        case Tags.FUNCTION_CALL -> {
          client.fail(
              BackendError.of(
                  "ERROR", "0A000", "function calls of the protocol are not replicated"));
          ready();
        }
        case 'X' -> {
          return;
        }
        case Tags.COPY_DATA, Tags.COPY_DONE, Tags.COPY_FAIL -> {
          // what is left of a COPY that has failed
        }
        default -> throw new WireException("unexpected message " + (char) frame.tag());
      }
    }
  }

  /// The client's next message; meanwhile it gets what the main node says unasked.
  private Frame next() throws IOException, InterruptedException {
    Frame waiting = client.poll();
    if (waiting != null) {
      return waiting;
    }
    NodeLink main = links.size() > 0 ? links.main() : null;
    if (main == null || extended.open()) {
      return client.take();
    }
    main.idle(client::passAside);
    Frame left = main.leftover();
    while (left != null) {
      if (NodeLink.isAsynchronous(left.tag())) {
        client.passAside(left);
      }
      left = main.leftover();
    }
    try {
      return client.take();
    } finally {
      main.idle(null);
    }
  }

  private void batch(boolean sync) throws IOException, InterruptedException {
    inExtended = true;
    List<Frame> frames = extended.take();
    unit(() -> extended.run(frames, sync));
    if (sync && !copied) {
      ready();
    } else {
      client.send();
    }
    copied = false;
  }

  private void ready() {
    client.out().ready(transaction.status());
    client.send();
    copied = false;
  }

  /// What a client sends as one.
  private interface Unit {
    void run() throws IOException, InterruptedException;
  }

  private void unit(Unit unit) throws IOException, InterruptedException {
    client.begin();
    once = false;
    copied = false;
    for (int run = 1; ; run++) {
      boolean idle = transaction.idle();
      try {
        if (idle) {
          links.refresh();
        }
        unit.run();
        return;
      } catch (LinkLostException e) {
        lost(e, idle && !once && !client.rowsSent() && run < RUNS);
        if (once || !idle || client.rowsSent() || run >= RUNS) {
          return;
        }
      } catch (Ask.RefusedException e) {
        client.fail(e.error());
        if (!transaction.idle()) {
          boolean explicit = transaction.explicit();
          transaction.rollback();
          if (explicit) {
            transaction.begin("BEGIN");
            transaction.doom(e.error(), true);
          }
        }
        return;
      }
    }
  }

  /// A node was lost before anything was committed.
  ///
  /// @param again whether the unit runs anew, so that the client hears of nothing
  private void lost(LinkLostException lost, boolean again)
      throws IOException, InterruptedException {
    boolean explicit = transaction.explicit();
    NodeLink link = links.of(lost.node());
    if (link != null) {
      transaction.abandon(link);
    } else {
      transaction.rollback();
    }
    replicas.events.accept(
        "replication.link-lost",
        "node=%s again=%s reason=\"%s\"".formatted(lost.node(), again, lost.getMessage()));
    client.forget();
    if (!again) {
      boolean unknown = once && !explicit;
      BackendError error =
          BackendError.of(
              "ERROR",
              unknown ? "08007" : "40001",
              unknown
                  ? "a server was lost; whether the statement has run is not known"
                  : "a server was lost during the transaction, which was rolled back");
      client.fail(error);
      if (explicit) {
        transaction.begin("BEGIN");
        transaction.doom(error, true);
      }
    }
  }

  // ------------------------------------------------------------------ for the flows

  ClientPort client() {
    return client;
  }

  Links links() {
    return links;
  }

  Transaction transaction() {
    return transaction;
  }

  StopSwitch stopSwitch() {
    return stop;
  }

  ReplicaSet replicas() {
    return replicas;
  }

  boolean mixed() {
    return replicas.settings().mixed();
  }

  /// Whether the client speaks the extended protocol now.
  boolean extended() {
    return inExtended;
  }

  /// What runs cannot run a second time in silence.
  void onlyOnce() {
    once = true;
  }

  /// Data of the client has been passed on.
  void copied() {
    copied = true;
    once = true;
  }

  SessionTexts texts() {
    return texts;
  }

  Reads reads() {
    return reads;
  }

  /// Enters the gate of those that write before the plan is made, so that definitions stay.
  ///
  /// @return why it may not
  @Nullable BackendError enterFor(SqlStatement statement) throws InterruptedException {
    boolean writes =
        switch (statement.kind()) {
          case INSERT, UPDATE, DELETE, COPY_FROM, TRUNCATE, EXECUTE -> true;
          default -> false;
        };
    if (!writes || transaction.status() == 'E' || transaction.doom() != null) {
      return null;
    }
    if (transaction.idle()) {
      if (!reads.passCommits()) {
        return BackendError.of("ERROR", "55P03", "a commit under way does not end");
      }
      transaction.beginImplicit();
    }
    BackendError error = transaction.enter(false);
    if (error != null && transaction.explicit()) {
      transaction.doom(error, true);
    }
    return error;
  }

  /// Ends the transaction that a unit has begun by itself.
  void endImplicit() throws IOException, InterruptedException {
    if (!transaction.implicit()) {
      return;
    }
    Transaction.Ending ending = transaction.commit(client::pass);
    BackendError error = ending.error();
    if (error != null) {
      client.insteadOfEnd(error);
    } else {
      ended();
    }
  }

  /// A transaction has committed.
  void ended() {
    once = true;
    door.loop().execute(door::transactionEnded);
  }

  // ------------------------------------------------------------------ other threads

  @Override
  public EventLoop loop() {
    return door.loop();
  }

  @Override
  public void cancel() {
    for (NodeLink link : links.allNow()) {
      CancelSender.send(door, link);
    }
  }
}

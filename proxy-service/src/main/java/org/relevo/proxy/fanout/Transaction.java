package org.relevo.proxy.fanout;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.wire.BackendError;

/// A client's transaction over its nodes. Statements run on the main node first, which takes the
/// locks, then on the others, which may be some statements behind; before the end all have caught
/// up and said the same. The others commit first, all at once, then the main node: who waits for a
/// lock of this transaction on the main node meets its rows on every node when it gets it.
///
/// Owner: the session's thread.
final class Transaction {
  /// On the other nodes nothing depends on a snapshot: what is written there is named by key.
  static final String BEGIN_BEHIND = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";

  /// More than any operation may hold writers (`hold_timeout`).
  private static final Duration GATE_LIMIT = Duration.ofSeconds(75);

  /// Who has written already may hold the lock that one of the others waits for.
  private static final Duration UPGRADE_LIMIT = Duration.ofSeconds(1);

  private final Links links;
  private final ReplicaSet replicas;
  private final CommitJournal journal;
  private final Mismatches mismatches;
  private final StopSwitch stop;
  private final Set<NodeLink> begun = new HashSet<>();
  private final Deque<Owed> owed = new ArrayDeque<>();
  private final Set<String> sequences = new LinkedHashSet<>();
  private boolean explicit;
  private boolean implicit;
  private String begin = "BEGIN";
  private boolean entered;
  private boolean alone;
  private boolean defining;
  private boolean wrote;
  private int statements;
  private @Nullable BackendError doom;
  private boolean doomTold;

  /// What the others have not been heard about yet.
  ///
  /// @param limitNs how long to wait for an answer
  record Owed(String what, Answer expected, List<NodeLink> from, long limitNs) {}

  Transaction(
      Links links,
      ReplicaSet replicas,
      CommitJournal journal,
      Mismatches mismatches,
      StopSwitch stop) {
    this.links = links;
    this.replicas = replicas;
    this.journal = journal;
    this.mismatches = mismatches;
    this.stop = stop;
  }

  // ------------------------------------------------------------------ state

  boolean idle() {
    return !explicit && !implicit;
  }

  boolean explicit() {
    return explicit;
  }

  boolean implicit() {
    return implicit;
  }

  /// As the client sees it.
  char status() {
    if (!explicit) {
      return 'I';
    }
    return doom != null || failedOnMain() ? 'E' : 'T';
  }

  private boolean failedOnMain() {
    return links.size() > 0 && begun.contains(links.main()) && links.main().status() == 'E';
  }

  /// Why it cannot go on; null when it can.
  @Nullable BackendError doom() {
    return doom;
  }

  /// The error for the next statement of a transaction that cannot go on.
  BackendError doomed() {
    BackendError why = doom;
    if (why != null && !doomTold) {
      doomTold = true;
      return why;
    }
    return BackendError.of(
        "ERROR",
        "25P02",
        "current transaction is aborted, commands ignored until end of transaction block");
  }

  /// It cannot go on; the client has been told, or will be at its next statement.
  void doom(BackendError why, boolean told) {
    if (doom == null) {
      doom = why;
      doomTold = told;
    }
  }

  /// Whether any node but the main node takes part.
  boolean wide() {
    return begun.stream().anyMatch(link -> link != links.main());
  }

  /// Whether nothing has run in it yet.
  boolean fresh() {
    return statements == 0;
  }

  // ------------------------------------------------------------------ statements

  /// The client's BEGIN. No node hears of it before there is something to do.
  void begin(String text) {
    explicit = true;
    begin = text;
  }

  /// A statement outside of any transaction is to have one.
  void beginImplicit() {
    implicit = true;
    begin = "BEGIN";
  }

  /// The client's BEGIN inside of a batch.
  void becomeExplicit() {
    explicit = true;
    implicit = false;
  }

  /// It is about to write.
  ///
  /// @param byItself no other may write until its end
  /// @return the error when it may not; null when it may
  @Nullable BackendError enter(boolean byItself) throws InterruptedException {
    if (entered && (alone || !byItself)) {
      return null;
    }
    WriterGate.Entry entry =
        byItself
            ? replicas.writers().enterAlone(entered, entered ? UPGRADE_LIMIT : GATE_LIMIT)
            : replicas.writers().enter(GATE_LIMIT);
    if (entry == WriterGate.Entry.IN) {
      entered = true;
      alone |= byItself;
      return joined();
    }
    return BackendError.of(
            "ERROR",
            entered || entry == WriterGate.Entry.DEADLOCK ? "40P01" : "55P03",
            "could not wait for the end of other transactions that write")
        .withHint("Run the transaction again.");
  }

  /// A node may have been attached while it waited: what it writes goes there too.
  private @Nullable BackendError joined() throws InterruptedException {
    NodeLink main = links.main();
    try {
      replicas.ensureWritten();
    } catch (IOException e) {
      return BackendError.of(
          "ERROR", "58030", "it cannot be written down which nodes are detached: " + e);
    }
    try {
      links.join();
    } catch (IOException e) {
      return again("a node that was attached cannot be reached: " + e.getMessage());
    }
    boolean began = !begun.isEmpty();
    if (began && (links.main() != main || replicas.settings().snapshots())) {
      return again("a node was attached since the transaction began");
    }
    return null;
  }

  private static BackendError again(String why) {
    return BackendError.of("ERROR", "40001", why).withHint("Run the transaction again.");
  }

  private void prefix(NodeLink link, String text) {
    if (!idle() && begun.add(link)) {
      Ask.putAhead(link, text);
    }
  }

  /// Runs it on the main node.
  ///
  /// @param sink gets what is for the client
  /// @throws LinkLostException when the main node is lost before it has answered
  Answer onMain(Consumer<NodeLink> put, Consumer<Frame> sink)
      throws LinkLostException, InterruptedException {
    NodeLink main = links.main();
    statements++;
    prefix(main, begin);
    put.accept(main);
    main.send();
    return main.read(sink);
  }

  /// Sends it to the others, without waiting.
  ///
  /// @param tookNs what the main node has needed
  void onOthers(String what, Answer expected, long tookNs, Consumer<NodeLink> put)
      throws IOException, InterruptedException {
    List<NodeLink> others = links.others();
    for (NodeLink link : others) {
      prefix(link, BEGIN_BEHIND);
      put.accept(link);
      link.send();
    }
    if (!others.isEmpty()) {
      owed.add(new Owed(what, expected, others, Mismatches.limit(tookNs)));
    }
    if (owed.size() > FanoutLimits.MAX_OWED) {
      settle();
    }
  }

  /// These have been sent what the main node has answered so.
  void owe(String what, Answer expected, List<NodeLink> from, long tookNs) {
    owed.add(new Owed(what, expected, List.copyOf(from), Mismatches.limit(tookNs)));
  }

  /// Puts the beginning in front of what the others are sent next.
  void prefixOther(NodeLink link) {
    prefix(link, BEGIN_BEHIND);
  }

  /// Hears the others about all that they were sent. Differences doom the transaction, or detach
  /// who differs.
  void settle() throws IOException, InterruptedException {
    while (!owed.isEmpty()) {
      Owed next = owed.remove();
      BackendError error = mismatches.settle(next, begun);
      if (error != null) {
        doom(error, false);
      }
    }
  }

  /// Sequences that the main node may have moved and the others have not.
  void moved(List<String> names) {
    sequences.addAll(names);
  }

  // ------------------------------------------------------------------ end

  /// How a transaction has ended.
  ///
  /// @param error null when it has committed, or was rolled back as it should
  record Ending(boolean committed, @Nullable BackendError error) {}

  /// @param sink gets what the main node says besides
  Ending commit(Consumer<Frame> sink) throws IOException, InterruptedException {
    if (!begun.isEmpty() && doom == null) {
      settle();
      carrySequences();
    }
    BackendError why = doom;
    if (why != null || failedOnMain()) {
      boolean told = doomTold;
      rollback();
      return new Ending(false, told ? null : why);
    }
    boolean marked = wrote && !begin.contains("READ ONLY");
    stop.begins();
    try {
      return new Commit(links, replicas, journal, begun, marked).run(sink);
    } finally {
      stop.ends();
      over();
    }
  }

  /// Sets the others' sequences to what the main node's are; a node that refuses dooms it.
  void carrySequences() throws IOException, InterruptedException {
    if (doom != null || sequences.isEmpty() || failedOnMain()) {
      return;
    }
    List<NodeLink> others = new ArrayList<>(links.others());
    for (NodeLink link : others) {
      prefix(link, BEGIN_BEHIND);
    }
    List<String> names = List.copyOf(sequences);
    sequences.clear();
    BackendError refused = SequenceCarrier.carry(names, links, replicas);
    if (refused != null) {
      doom(refused, false);
    }
  }

  /// Gives everything back. Connections that are lost on the way are dropped.
  void rollback() throws IOException, InterruptedException {
    List<NodeLink> inside = links.all().stream().filter(begun::contains).toList();
    for (NodeLink link : inside) {
      Ask.put(link, FactsDesk.bytes("ROLLBACK"), List.of());
      link.send();
    }
    for (NodeLink link : inside) {
      try {
        for (Owed each : owed) {
          if (each.from().contains(link)) {
            Answer _ = link.read(_ -> {}, each.limitNs());
          }
        }
        Answer _ = link.read(_ -> {}, Mismatches.limit(0));
      } catch (LinkLostException _) {
        links.drop(link);
      }
    }
    owed.clear();
    List<String> moved = List.copyOf(sequences);
    over();
    if (!moved.isEmpty() && links.size() > 0) {
      BackendError refused = SequenceCarrier.carry(moved, links, replicas);
      if (refused != null) {
        replicas.events.accept(
            "replication.sequence-behind",
            "sequences=%s reason=\"%s\"".formatted(moved, refused.message()));
      }
    }
  }

  /// The main node is lost, or a node in the middle of an answer: nothing has committed anywhere.
  void abandon(NodeLink lost) throws IOException, InterruptedException {
    links.drop(lost);
    rollback();
  }

  /// It may have changed what nodes keep.
  void wrote() {
    wrote = true;
  }

  /// It has changed definitions: what is known of them counts no more when it ends.
  void defines() {
    defining = true;
  }

  private void over() {
    begun.clear();
    owed.clear();
    sequences.clear();
    explicit = false;
    implicit = false;
    statements = 0;
    wrote = false;
    doom = null;
    doomTold = false;
    if (defining) {
      defining = false;
      long _ = replicas.definitions(links.database()).incrementAndGet();
    }
    if (entered) {
      if (alone) {
        replicas.writers().leaveAlone();
      } else {
        replicas.writers().leave();
      }
    }
    entered = false;
    alone = false;
  }

  /// The session ends: nothing is told to anybody any more.
  void leave() {
    over();
  }
}

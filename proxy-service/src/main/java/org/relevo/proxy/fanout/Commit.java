package org.relevo.proxy.fanout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.fanout.CommitSteps.Point;
import org.relevo.proxy.fanout.Transaction.Ending;
import org.relevo.proxy.wire.BackendError;

/// The end of a transaction that all nodes agree on so far. Once one node has committed, every
/// other that has not, or may not have, is detached before the client hears of it. What has written
/// leaves a marker on each node as it ends, by which a service that follows finds it.
///
/// Owner: the session's thread; used once.
final class Commit {
  private final Links links;
  private final ReplicaSet replicas;
  private final CommitJournal journal;
  private final List<NodeLink> others;
  private final boolean mainInside;
  private final List<NodeLink> committed = new ArrayList<>();
  private final List<NodeLink> lost = new ArrayList<>();
  private final List<NodeLink> refusing = new ArrayList<>();
  private final boolean marks;
  private long marker;
  private boolean prepared;
  private @Nullable BackendError refusal;
  private @Nullable IOException unwritten;

  /// @param wrote whether it may have changed what nodes keep
  Commit(
      Links links, ReplicaSet replicas, CommitJournal journal, Set<NodeLink> begun, boolean wrote) {
    this.links = links;
    this.replicas = replicas;
    this.journal = journal;
    this.others = links.others().stream().filter(begun::contains).toList();
    this.mainInside = begun.contains(links.main());
    // On all nodes or on none.
    this.marks = wrote && journal.marks() && others.size() == links.others().size();
  }

  Ending run(Consumer<Frame> sink) throws IOException, InterruptedException {
    if (!mainInside) {
      return new Ending(true, null);
    }
    replicas.ensureWritten();
    if (others.isEmpty() && !marks) {
      return main(sink);
    }
    long commit = replicas.commits().begins();
    try {
      if (marks) {
        marker = journal.begins();
      }
      journal.at(Point.AGREED);
      boolean ready = !marks || others.isEmpty() || !journal.prepares() || prepare();
      Ending ending = ready ? end(sink) : new Ending(false, refusal);
      written();
      if (marks) {
        journal.ends(marker);
      }
      return ending;
    } finally {
      replicas.commits().ends(commit);
    }
  }

  // ------------------------------------------------------------------ first phase

  private String name() {
    return "'" + Marker.PREPARED + marker + "'";
  }

  /// On all nodes at once.
  ///
  /// @return whether all have; if not, none has any more
  private boolean prepare() throws InterruptedException {
    List<NodeLink> all = new ArrayList<>(others);
    all.addFirst(links.main());
    for (NodeLink link : all) {
      Marker.put(link, marker);
      Ask.put(link, FactsDesk.bytes("PREPARE TRANSACTION " + name()), List.of());
      link.send();
    }
    journal.at(Point.PREPARE_SENT);
    List<NodeLink> ready = new ArrayList<>();
    for (NodeLink link : all) {
      try {
        Answer answer = link.read(_ -> {}, Mismatches.limit(0));
        if (!answer.failed() && answer.tags().equals(List.of("PREPARE TRANSACTION"))) {
          ready.add(link);
        } else {
          refused(link, answer);
        }
      } catch (LinkLostException _) {
        lost.add(link);
      }
    }
    if (refusing.isEmpty() && lost.isEmpty()) {
      prepared = true;
      journal.at(Point.PREPARED);
      return true;
    }
    for (NodeLink link : ready) {
      takeBack(link, "ROLLBACK PREPARED " + name());
    }
    // Whoever is lost may keep it prepared, with its locks.
    detach(lost, "was lost while it prepared a commit");
    if (refusal == null) {
      refusal =
          BackendError.of(
              "ERROR", "40001", "a server was lost during COMMIT, which was rolled back");
    }
    return false;
  }

  // ------------------------------------------------------------------ end

  private Ending end(Consumer<Frame> sink) throws IOException, InterruptedException {
    behind();
    if (committed.isEmpty() && !refusing.isEmpty()) {
      // Nobody has committed for certain: nobody shall.
      detach(lost, "was lost while it committed what the others refused");
      takeBack(links.main(), prepared ? "ROLLBACK PREPARED " + name() : "ROLLBACK");
      return new Ending(false, refusal);
    }
    detach(lost, "was lost while it committed");
    detach(refusing, "refused to commit what another node has committed");
    return main(sink);
  }

  private void put(NodeLink link) {
    if (marks && !prepared) {
      Marker.put(link, marker);
    }
    Ask.put(link, FactsDesk.bytes(prepared ? "COMMIT PREPARED " + name() : "COMMIT"), List.of());
  }

  private boolean done(Answer answer) {
    return !answer.failed()
        && answer.tags().equals(List.of(prepared ? "COMMIT PREPARED" : "COMMIT"));
  }

  /// The others, all at once.
  private void behind() throws InterruptedException {
    for (NodeLink link : others) {
      put(link);
      link.send();
      if (link == others.getFirst()) {
        journal.at(Point.FIRST_SENT);
      }
    }
    journal.at(Point.OTHERS_SENT);
    for (NodeLink link : others) {
      try {
        Answer answer = link.read(_ -> {}, Mismatches.limit(0));
        if (done(answer)) {
          committed.add(link);
          if (committed.size() == 1) {
            journal.at(Point.FIRST_COMMITTED);
          }
        } else {
          refused(link, answer);
        }
      } catch (LinkLostException _) {
        lost.add(link);
      }
    }
    journal.at(Point.OTHERS_COMMITTED);
  }

  private void refused(NodeLink link, Answer answer) throws InterruptedException {
    refusing.add(link);
    refusal =
        answer.failed()
            ? said(answer)
            : BackendError.of("ERROR", "40001", link.node() + " has rolled the transaction back");
    if (prepared) {
      takeBack(link, "ROLLBACK PREPARED " + name());
    } else if (link.status() != 'I') {
      takeBack(link, "ROLLBACK"); // the marker was refused, and the end was skipped
    }
  }

  private @Nullable BackendError said(Answer answer) {
    BackendError error = answer.error();
    if (error == null || !marks) {
      return error;
    }
    links.all().forEach(Marker::forget);
    return switch (error.sqlState()) {
      case Marker.FOLLOWED ->
          BackendError.of("ERROR", "25006", "another service writes to the servers now");
      case "3F000", "42883", "42P01" -> {
        journal.forget(links.database());
        yield BackendError.of(
                "ERROR", "40001", "the journal of commits is gone: " + error.message())
            .withHint("It is made again for sessions that begin now.");
      }
      default -> error;
    };
  }

  /// What the others have committed the main node commits too, whatever can be written.
  private void detach(List<NodeLink> nodes, String why) {
    for (NodeLink link : nodes) {
      try {
        replicas.detach(link.node(), why, links.view());
      } catch (IOException e) {
        unwritten = e;
      }
      links.drop(link);
    }
  }

  /// @throws IOException when it is not on disk who was detached: nothing may be acknowledged
  private void written() throws IOException {
    IOException why = unwritten;
    if (why != null) {
      throw why;
    }
  }

  private void takeBack(NodeLink link, String how) throws InterruptedException {
    Ask.put(link, FactsDesk.bytes(how), List.of());
    link.send();
    try {
      Answer answer = link.read(_ -> {});
      if (!answer.failed()) {
        return;
      }
    } catch (LinkLostException _) {
      // What was only begun is rolled back with the connection.
    }
    if (how.equals("ROLLBACK")) {
      links.drop(link);
    } else {
      detach(List.of(link), "keeps a prepared transaction that the others have taken back");
    }
  }

  private Ending main(Consumer<Frame> sink) throws IOException, InterruptedException {
    NodeLink main = links.main();
    put(main);
    main.send();
    journal.at(Point.MAIN_SENT);
    BackendError error;
    try {
      Answer answer =
          main.read(frame -> {
            if (NodeLink.isAsynchronous(frame.tag())) {
              sink.accept(frame);
            }
          });
      if (done(answer)) {
        journal.at(Point.MAIN_COMMITTED);
        return new Ending(true, null);
      }
      error = answer.failed() ? said(answer) : BackendError.of("ERROR", "40001", "was rolled back");
      if (main.status() != 'I' && committed.isEmpty()) {
        takeBack(main, "ROLLBACK");
      }
    } catch (LinkLostException e) {
      error =
          BackendError.of(
              "ERROR",
              "08007",
              "the connection was lost during COMMIT; whether it has committed is not known");
      links.drop(main);
      if (committed.isEmpty()) {
        return new Ending(false, error);
      }
    } catch (InterruptedException e) {
      if (!committed.isEmpty()) {
        replicas.detach(main.node(), "was stopped while it committed", links.view());
      }
      throw e;
    }
    if (committed.isEmpty()) {
      return new Ending(false, error);
    }
    // The others have it, so it is true.
    String why = error == null ? "" : error.message();
    boolean out = replicas.detach(main.node(), "has not committed: " + why, links.view());
    links.drop(main);
    return out ? new Ending(true, null) : new Ending(false, error);
  }
}

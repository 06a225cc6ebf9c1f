package org.relevo.proxy.fanout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.relevo.proxy.sql.StatementKind;
import org.relevo.proxy.wire.BackendError;

/// PREPARE TRANSACTION and the end of what was prepared: the main node first, whose answer counts,
/// then the others; who does not follow is detached.
///
/// Owner: the session's thread; used once.
final class TwoPhase {
  private static final String PREPARED =
      "SELECT 1 FROM pg_catalog.pg_prepared_xacts"
          + " WHERE gid = $1 AND database = pg_catalog.current_database()";

  private final FanoutSession session;
  private final Links links;
  private final Transaction transaction;

  TwoPhase(FanoutSession session) {
    this.session = session;
    this.links = session.links();
    this.transaction = session.transaction();
  }

  /// A prepared transaction is as good as committed where it is prepared, and can be taken back.
  boolean prepare(Work work) throws IOException, InterruptedException {
    if (transaction.idle()) {
      return !transaction
          .onMain(link -> work.forClient(link, true), session.client()::pass)
          .failed();
    }
    transaction.settle();
    transaction.carrySequences();
    if (transaction.doom() != null) {
      BackendError why = transaction.doomed();
      transaction.rollback();
      session.client().fail(why);
      return false;
    }
    boolean wide = transaction.wide();
    session.stopSwitch().begins();
    try {
      Answer main = transaction.onMain(link -> work.forClient(link, true), session.client()::pass);
      boolean prepared = !main.failed() && main.tags().contains("PREPARE TRANSACTION");
      boolean good = true;
      if (wide && prepared) {
        good = follow(work, main);
      } else if (!prepared) {
        transaction.rollback();
      }
      transaction.leave();
      return good && !main.failed();
    } finally {
      session.stopSwitch().ends();
    }
  }

  /// COMMIT PREPARED, ROLLBACK PREPARED.
  boolean end(Work work) throws IOException, InterruptedException {
    session.onlyOnce();
    BackendError late = transaction.enter(false);
    if (late != null) {
      session.client().fail(late);
      return false;
    }
    long commit = session.replicas().commits().begins();
    try {
      session.stopSwitch().begins();
      Answer main;
      try {
        main = onMain(work);
      } catch (LinkLostException e) {
        main = afterLoss(work, e);
      }
      return !main.failed() && follow(work, main);
    } finally {
      session.stopSwitch().ends();
      session.replicas().commits().ends(commit);
      transaction.leave();
    }
  }

  private Answer onMain(Work work) throws LinkLostException, InterruptedException {
    return transaction.onMain(link -> work.forClient(link, true), session.client()::pass);
  }

  /// The main node may have done it before its connection was lost: what it still has prepared
  /// tells.
  private Answer afterLoss(Work work, LinkLostException lost)
      throws IOException, InterruptedException {
    session.client().forget();
    NodeLink gone = links.of(lost.node());
    if (gone != null) {
      links.drop(gone);
    }
    links.refresh();
    if (!Ask.rows(links.main(), PREPARED, List.of(work.statement().name())).isEmpty()) {
      return onMain(work);
    }
    String tag =
        work.statement().kind() == StatementKind.COMMIT_PREPARED
            ? "COMMIT PREPARED"
            : "ROLLBACK PREPARED";
    Answer done = new Answer();
    done.tag(tag);
    session.client().out().complete(tag);
    return done;
  }

  /// The main node has done it: who does not is detached.
  private boolean follow(Work work, Answer expected) throws IOException, InterruptedException {
    List<NodeLink> others = links.others();
    for (NodeLink link : others) {
      work.forOther(link);
      link.send();
    }
    List<NodeLink> behind = new ArrayList<>();
    for (NodeLink link : others) {
      try {
        if (!link.read(_ -> {}, Mismatches.limit(0)).sameAs(expected)) {
          behind.add(link);
        }
      } catch (LinkLostException _) {
        behind.add(link);
      }
    }
    for (NodeLink link : behind) {
      session.replicas().detach(link.node(), "has not followed: " + work.shown(), links.view());
      links.drop(link);
    }
    return true;
  }
}

package org.relevo.proxy.fanout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.relevo.proxy.determinism.Plan;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.StatementKind;
import org.relevo.proxy.wire.BackendError;

/// Runs one statement as its plan says; its answer goes to the client's port, ReadyForQuery left
/// out. A statement that needs a transaction outside of any begins an implicit one, which the flow
/// ends.
///
/// Owner: the session's thread.
final class Runner {
  /// What no server understands.
  private static final byte[] REFUSED = FactsDesk.bytes("refused by the service");

  private static final Plan.Refused LOSSY =
      new Plan.Refused(
          "its rows would be carried in a form that does not tell every value",
          "Set extra_float_digits to 1 or more, DateStyle to ISO and IntervalStyle to postgres.");

  private final FanoutSession session;
  private final Links links;
  private final Transaction transaction;
  private final ClientPort client;
  private final ReplicaSet replicas;

  Runner(FanoutSession session) {
    this.session = session;
    this.links = session.links();
    this.transaction = session.transaction();
    this.client = session.client();
    this.replicas = session.replicas();
  }

  /// @return whether it has run; if not, the client has been told why
  /// @throws LinkLostException when the main node is lost, or the node that answered
  boolean run(Work work, Plan plan) throws IOException, InterruptedException {
    StatementKind kind = work.statement().kind();
    boolean ends = kind == StatementKind.COMMIT || kind == StatementKind.ROLLBACK;
    if (transaction.doom() != null && !ends) {
      return refuse(transaction.doomed());
    }
    if (SessionTexts.serializable(work.statement())) {
      failOnMain();
      return refuse(SessionTexts.refusedSerializable("ERROR"));
    }
    return switch (plan) {
      case Plan.Read _ -> read(work);
      case Plan.Main _ -> main(work);
      case Plan.Everywhere(boolean alone) -> everywhere(work, alone);
      case Plan.Rows rows -> rows(work, rows);
      case Plan.Sequences(List<String> names) -> sequences(work, names);
      case Plan.Session _ -> setting(work);
      case Plan.NoTransaction _ -> outside(work);
      case Plan.Control _ -> control(work);
      case Plan.Refused refused -> refused(work, refused);
    };
  }

  private boolean refuse(BackendError error) {
    client.fail(error);
    return false;
  }

  // ------------------------------------------------------------------ reads

  private boolean read(Work work) throws IOException, InterruptedException {
    if (!transaction.idle()) {
      return main(work);
    }
    NodeLink link = session.reads().reader();
    if (link == links.main() && !session.reads().passCommits()) {
      return refuse(BackendError.of("ERROR", "55P03", "a commit under way does not end"));
    }
    work.forClient(link, false);
    link.send();
    Answer answer = link.read(client::pass);
    if (link != links.main()) {
      session.reads().readBehind();
    }
    return !answer.failed();
  }

  private boolean main(Work work) throws IOException, InterruptedException {
    if (transaction.idle()) {
      if (!session.reads().passCommits()) {
        return refuse(BackendError.of("ERROR", "55P03", "a commit under way does not end"));
      }
      session.onlyOnce();
    }
    return !onMain(work, client::pass).failed();
  }

  private Answer onMain(Work work, Consumer<Frame> sink)
      throws LinkLostException, InterruptedException {
    return transaction.onMain(link -> work.forClient(link, true), sink);
  }

  // ------------------------------------------------------------------ writes

  private boolean enter(Work work, boolean alone) throws IOException, InterruptedException {
    boolean reads =
        work.statement().kind() != StatementKind.DDL || work.statement().inner() != null;
    if (alone
        && reads
        && transaction.explicit()
        && !transaction.fresh()
        && session.texts().oneSnapshot()) {
      failOnMain();
      return refuse(
          BackendError.of(
              "ERROR",
              "0A000",
              "the statement has to run alone, which in this isolation level only the first of a"
                  + " transaction can"));
    }
    if (transaction.idle()) {
      if (!session.reads().passCommits()) {
        return refuse(BackendError.of("ERROR", "55P03", "a commit under way does not end"));
      }
      transaction.beginImplicit();
    }
    BackendError error = transaction.enter(alone);
    if (error == null) {
      return true;
    }
    client.fail(error);
    failOnMain();
    return false;
  }

  /// A statement that was refused fails on the main node too, so that the transaction can go on
  /// behind a savepoint, and not otherwise.
  private void failOnMain() throws IOException, InterruptedException {
    if (transaction.explicit() && transaction.status() == 'T') {
      Answer _ = transaction.onMain(link -> Ask.put(link, REFUSED, List.of()), _ -> {});
    }
  }

  private boolean everywhere(Work work, boolean alone) throws IOException, InterruptedException {
    if (!enter(work, alone)) {
      return false;
    }
    if (leavesTraces(work.statement())) {
      transaction.wrote();
    }
    if (work.statement().kind() == StatementKind.COPY_FROM) {
      return new CopyFlow(session).run(work);
    }
    long from = System.nanoTime();
    Answer answer = onMain(work, client::pass);
    if (answer.failed()) {
      return false;
    }
    transaction.onOthers(work.shown(), answer, System.nanoTime() - from, work::forOther);
    return true;
  }

  /// Whether nodes would differ if it were committed on some of them.
  private static boolean leavesTraces(SqlStatement statement) {
    return switch (statement.kind()) {
      case SAVEPOINT, RELEASE, ROLLBACK_TO -> false;
      case SET, SET_TRANSACTION, SET_CONSTRAINTS, RESET, SHOW -> false;
      case PREPARE, DEALLOCATE, DEALLOCATE_ALL, DISCARD -> false;
      case LOCK, LISTEN, UNLISTEN, NOTIFY -> false;
      default -> !statement.readOnly();
    };
  }

  private boolean rows(Work work, Plan.Rows plan) throws IOException, InterruptedException {
    if (!work.carriedInBinary() && !session.texts().lossless()) {
      return refused(work, LOSSY);
    }
    if (!enter(work, false)) {
      return false;
    }
    RowCarrier carrier = new RowCarrier(plan, work, client);
    transaction.moved(plan.table().sequences());
    transaction.moved(plan.sequences());
    long from = System.nanoTime();
    Answer answer = onMain(work, carrier::fromMain);
    if (answer.failed()) {
      return false;
    }
    if (carrier.tooMany()) {
      BackendError error =
          BackendError.of(
                  "ERROR", "54000", "the statement changes more rows than can be carried over")
              .withHint("Split it, or set replication_format = 'statement'.");
      client.insteadOfEnd(error);
      transaction.doom(error, true);
      return false;
    }
    if (!carrier.isEmpty()) {
      transaction.wrote();
      transaction.onOthers(
          work.shown(), carrier.expected(), System.nanoTime() - from, carrier::put);
    }
    return true;
  }

  private boolean sequences(Work work, List<String> names)
      throws IOException, InterruptedException {
    if (!enter(work, false)) {
      return false;
    }
    transaction.moved(names);
    Answer answer = onMain(work, client::pass);
    if (!answer.failed() && links.others().stream().findAny().isPresent()) {
      // The others have nothing to undo, yet their sequences are set inside of a transaction.
      links.others().forEach(transaction::prefixOther);
    }
    return !answer.failed();
  }

  // ------------------------------------------------------------------ settings and the like

  private boolean setting(Work work) throws IOException, InterruptedException {
    session.texts().settingsChange(work.statement(), work.text());
    if (!transaction.idle()) {
      return everywhere(work, false);
    }
    session.onlyOnce();
    Answer answer = onMain(work, client::pass);
    return !answer.failed() && follow(work, answer, false);
  }

  /// The others do, outside of transactions, what the main node has done.
  ///
  /// @param lasting whether it cannot be taken back on the main node, so that who fails is detached
  private boolean follow(Work work, Answer expected, boolean lasting)
      throws IOException, InterruptedException {
    List<NodeLink> others = links.others();
    for (NodeLink link : others) {
      work.forOther(link);
      link.send();
    }
    List<NodeLink> failing = new ArrayList<>();
    StringBuilder why = new StringBuilder();
    for (NodeLink link : others) {
      try {
        Answer answer = link.read(_ -> {});
        if (!answer.sameKind(expected)) {
          failing.add(link);
          why.append(link.node()).append(": ").append(answer).append(' ');
        }
      } catch (LinkLostException e) {
        links.drop(link);
        if (!links.dead(link.node(), String.valueOf(e.getMessage())) && lasting) {
          failing.add(link);
          why.append(e.getMessage()).append(' ');
        }
      }
    }
    if (failing.isEmpty()) {
      return true;
    }
    replicas.events.accept(
        "replication.mismatch",
        "statement=\"%s\" answers=\"%s\""
            .formatted(Mismatches.shown(work.shown()), why.toString().trim()));
    for (NodeLink link : failing) {
      if (lasting) {
        replicas.detach(link.node(), "has not followed: " + why, links.view());
      }
      links.drop(link); // a new connection is given the settings again
    }
    return true;
  }

  /// VACUUM, CREATE DATABASE and their kin.
  private boolean outside(Work work) throws IOException, InterruptedException {
    if (!transaction.idle()) {
      return main(work); // PostgreSQL says why not
    }
    session.onlyOnce();
    BackendError late = transaction.enter(false);
    if (late != null) {
      return refuse(late);
    }
    try {
      session.stopSwitch().begins();
      Answer answer = onMain(work, client::pass);
      return !answer.failed() && follow(work, answer, true);
    } finally {
      session.stopSwitch().ends();
      transaction.leave();
    }
  }

  // ------------------------------------------------------------------ transaction control

  private boolean control(Work work) throws IOException, InterruptedException {
    return switch (work.statement().kind()) {
      case BEGIN -> {
        boolean _ = session.reads().passCommits();
        session.texts().begin(work.statement());
        client.out().complete("BEGIN");
        yield true;
      }
      case COMMIT -> transaction.idle() ? main(work) : commit();
      case ROLLBACK -> {
        if (transaction.idle()) {
          yield main(work);
        }
        transaction.rollback();
        client.out().complete("ROLLBACK");
        yield true;
      }
      case SAVEPOINT, RELEASE, ROLLBACK_TO ->
          transaction.idle() ? main(work) : everywhere(work, false);
      case PREPARE_TRANSACTION -> new TwoPhase(session).prepare(work);
      case COMMIT_PREPARED, ROLLBACK_PREPARED ->
          transaction.idle() ? new TwoPhase(session).end(work) : main(work);
      default -> main(work); // SET TRANSACTION: the others need none of it
    };
  }

  private boolean commit() throws IOException, InterruptedException {
    Transaction.Ending ending = transaction.commit(client::pass);
    BackendError error = ending.error();
    if (error != null) {
      return refuse(error);
    }
    client.out().complete(ending.committed() ? "COMMIT" : "ROLLBACK");
    session.ended();
    return true;
  }

  // ------------------------------------------------------------------ refusals

  private boolean refused(Work work, Plan.Refused plan) throws IOException, InterruptedException {
    BackendError error =
        BackendError.of(
                "ERROR", "0A000", "the effect may differ between the nodes: " + plan.reason())
            .withHint(plan.hint());
    if (work.statement().kind() == StatementKind.UNKNOWN) {
      // What PostgreSQL does not understand either it says better.
      boolean own = transaction.idle();
      if (own) {
        transaction.beginImplicit();
      }
      Answer answer = onMain(work, this::onlyErrors);
      if (answer.failed()) {
        return false;
      }
    }
    replicas.events.accept(
        "replication.refused",
        "statement=\"%s\" reason=\"%s\"".formatted(Mismatches.shown(work.shown()), plan.reason()));
    client.fail(error);
    failOnMain();
    return false;
  }

  private void onlyErrors(Frame frame) {
    if (frame.tag() == 'E') {
      client.pass(frame);
    }
  }

  /// Of the first statement that a text holds, for people.
  static String shown(byte[] text, int from, int to) {
    int end = Math.min(to, from + 200);
    return new String(text, from, end - from, java.nio.charset.StandardCharsets.UTF_8);
  }
}

package org.relevo.proxy.fanout;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.determinism.Plan;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.StatementKind;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.Tags;

/// Messages of the extended protocol that go together: those that lead to one execution, or some
/// without any.
///
/// Owner: the session's thread; used once.
final class Step implements Work {
  private final FanoutSession session;
  private final Runner runner;
  private final ExtendedNames names;
  private final Transaction transaction;
  private final ClientPort client;
  private final List<Frame> frames;
  private @Nullable Portal portal;
  private @Nullable Plan plan;

  Step(FanoutSession session, Runner runner, ExtendedNames names, List<Frame> frames) {
    this.session = session;
    this.runner = runner;
    this.names = names;
    this.transaction = session.transaction();
    this.client = session.client();
    this.frames = List.copyOf(frames);
  }

  // ---------------------------------------------------------------- names

  private void forgetParsed() {
    for (Frame frame : frames) {
      if (frame.tag() == Tags.PARSE) {
        names.forgetStatement(frame.nameAt(0));
        session.links().all().forEach(link -> link.prepared().remove(frame.nameAt(0)));
      }
    }
  }

  // ---------------------------------------------------------------- without an execution

  /// Parse, Describe, Bind and Close: on the main node, or answered here.
  boolean prepare() throws IOException, InterruptedException {
    names.define(frames);
    if (frames.stream()
            .map(names::named)
            .noneMatch(one -> one != null && ExtendedNames.isLocal(one))
        && frames.stream().map(names::named).filter(one -> one != null).distinct().count() < 2) {
      Statement only =
          frames.stream().map(names::named).filter(one -> one != null).findFirst().orElse(null);
      return onMain(only);
    }
    for (Frame frame : frames) {
      Statement named = names.named(frame);
      if (named != null && ExtendedNames.isLocal(named)) {
        answer(frame);
      } else if (!new Step(session, runner, names, List.of(frame)).onMain(named)) {
        return false;
      }
    }
    return true;
  }

  private boolean onMain(@Nullable Statement named) throws IOException, InterruptedException {
    if (transaction.doom() != null) {
      client.fail(transaction.doomed());
      return false;
    }
    if (named != null) {
      plan = planOf(named);
    }
    portal =
        named == null || plan == null
            ? null
            : names.portals().values().stream()
                .filter(each -> each.statement() == named)
                .findFirst()
                .orElse(null);
    Answer answer =
        plan instanceof Plan.Rows rows
            ? transaction.onMain(
                link -> forClient(link, true), new RowCarrier(rows, this, client)::fromMain)
            : transaction.onMain(link -> forClient(link, true), client::pass);
    if (answer.failed()) {
      forgetParsed();
    }
    return !answer.failed();
  }

  /// The main node words the error.
  boolean asIs() throws IOException, InterruptedException {
    return !transaction.onMain(link -> forClient(link, true), client::pass).failed();
  }

  // ---------------------------------------------------------------- with one

  boolean local(Portal bound) throws IOException, InterruptedException {
    portal = bound;
    for (Frame frame : frames) {
      if (frame.tag() != Tags.EXECUTE) {
        answer(frame);
      }
    }
    if (transaction.implicit() && statement().kind() == StatementKind.BEGIN) {
      transaction.becomeExplicit();
      client.out().complete("BEGIN");
      return true;
    }
    if (statement().kind() != StatementKind.BEGIN && transaction.implicit()) {
      session.endImplicit();
    }
    if (statement().kind() != StatementKind.BEGIN && transaction.idle()) {
      client.out().complete(statement().kind() == StatementKind.COMMIT ? "COMMIT" : "ROLLBACK");
      return true;
    }
    return runner.run(this, new Plan.Control());
  }

  private void answer(Frame frame) {
    switch (frame.tag()) {
      case Tags.PARSE -> client.out().empty('1');
      case Tags.BIND -> client.out().empty('2');
      case Tags.CLOSE -> client.out().empty('3');
      case Tags.DESCRIBE -> {
        if (frame.body()[0] == 'S') {
          client.out().frame((byte) 't', new byte[2]);
        }
        client.out().empty('n');
      }
      default -> {}
    }
  }

  boolean execute(Portal bound) throws IOException, InterruptedException {
    portal = bound;
    RowLimit rest = bound.rest();
    if (rest != null && frames.size() == 1) {
      rest.give(mostRows(), client);
      return true;
    }
    BackendError late = session.enterFor(bound.statement().first());
    if (late != null) {
      client.fail(late);
      return false;
    }
    boolean failed = transaction.status() == 'E' && transaction.doom() == null;
    Plan chosen = failed && !leaves() ? new Plan.Main() : planOf(bound.statement());
    boolean writes = chosen instanceof Plan.Everywhere;
    if (writes && session.texts().mixed() && bound.hasMoment()) {
      chosen =
          new Plan.Refused("a parameter is 'now' or a word like it", "Send the moment itself.");
    }
    plan = chosen;
    boolean good = limited(bound, chosen);
    if (good) {
      session.texts().done(statement());
    } else {
      forgetParsed();
    }
    return good;
  }

  /// What writes runs to its end, whatever number of rows the client wants to have first.
  private boolean limited(Portal bound, Plan chosen) throws IOException, InterruptedException {
    int most = mostRows();
    if (!whole(chosen) || most <= 0) {
      return runner.run(this, chosen);
    }
    RowLimit rows = new RowLimit(most);
    client.limit(rows);
    try {
      boolean good = runner.run(this, chosen);
      if (good && rows.suspended()) {
        bound.rest(rows);
      }
      return good;
    } finally {
      client.limit(null);
    }
  }

  private static boolean whole(@Nullable Plan plan) {
    return plan instanceof Plan.Everywhere || plan instanceof Plan.Rows;
  }

  /// Of the Execute; 0 for all.
  private int mostRows() {
    Frame last = frames.getLast();
    return last.int32(last.stringAt(0).length + 1);
  }

  private boolean leaves() {
    return statement().kind() == StatementKind.ROLLBACK_TO;
  }

  private Plan planOf(Statement one) throws IOException, InterruptedException {
    if (transaction.status() == 'E') {
      return new Plan.Main();
    }
    long version = session.texts().planVersion();
    Plan known = one.plan(version);
    if (known == null) {
      known = session.texts().plan(one.text(), one.first());
      byte[] text =
          known instanceof Plan.Rows rows
              ? RowCarrier.text(one.text(), one.first(), rows)
              : one.text();
      boolean same = java.util.Arrays.equals(text, one.mainText());
      one.plan(known, session.texts().planVersion(), same ? one.mainText() : text);
    }
    return known;
  }

  // ---------------------------------------------------------------- messages

  @Override
  public SqlStatement statement() {
    return portal == null
        ? SqlStatement.bare(StatementKind.UNKNOWN, 0, 0, false)
        : portal.statement().first();
  }

  @Override
  public byte[] text() {
    return portal == null ? new byte[0] : portal.statement().text();
  }

  @Override
  public String shown() {
    return portal == null
        ? ""
        : Runner.shown(portal.statement().text(), statement().from(), statement().to());
  }

  @Override
  public void forClient(NodeLink link, boolean main) {
    for (Frame frame : frames) {
      switch (frame.tag()) {
        case Tags.PARSE -> {
          Statement parsed = names.statements().get(frame.nameAt(0));
          if (parsed == null) {
            link.out().frame(frame);
            link.asked();
          } else {
            parseOn(link, parsed, main, false);
          }
        }
        case Tags.BIND -> {
          Statement bound = names.named(frame);
          if (bound != null) {
            prepareOn(link, bound, main);
          }
          link.out()
              .frame(
                  main && plan instanceof Plan.Rows rows
                      ? new Portal(bound == null ? blank(frame) : bound, frame)
                          .widened(RowCarrier.count(rows))
                      : frame);
          link.asked();
        }
        case Tags.DESCRIBE -> {
          Statement described = names.named(frame);
          if (described != null && frame.body()[0] == 'S') {
            prepareOn(link, described, main);
          }
          link.out().frame(frame);
          link.asked();
        }
        case Tags.CLOSE -> {
          if (frame.body()[0] == 'S') {
            link.prepared().remove(frame.nameAt(1));
          }
          link.out().frame(frame);
          link.asked();
        }
        case Tags.EXECUTE -> {
          if (whole(plan)) {
            link.out().execute(frame.stringAt(0));
          } else {
            link.out().frame(frame);
          }
          link.asked();
        }
        default -> {
          link.out().frame(frame);
          link.asked();
        }
      }
    }
    link.out().sync();
    link.asksReady();
  }

  private Statement blank(Frame frame) {
    return new Statement(
        new byte[0],
        new byte[0],
        new int[0],
        SqlStatement.bare(StatementKind.UNKNOWN, 0, frame.bytes(), false));
  }

  private void prepareOn(NodeLink link, Statement one, boolean main) {
    String name = new String(one.name(), StandardCharsets.ISO_8859_1);
    if (!same(link.prepared().get(name), textFor(one, main))) {
      parseOn(link, one, main, true);
    }
  }

  @SuppressWarnings("ReferenceEquality") // the question is whether it is the same text
  private static boolean same(byte @Nullable [] one, byte[] other) {
    return one == other;
  }

  private byte[] textFor(Statement one, boolean main) {
    return main ? one.mainText() : one.text();
  }

  /// @param own whether the client has not asked for it now
  private void parseOn(NodeLink link, Statement one, boolean main, boolean own) {
    String name = new String(one.name(), StandardCharsets.ISO_8859_1);
    if (!name.isEmpty() && (own || link.prepared().containsKey(name))) {
      link.out().close('S', one.name());
      link.own();
    }
    link.out().parse(one.name(), textFor(one, main), one.types());
    if (own) {
      link.own();
    } else {
      link.asked();
    }
    link.prepared().put(name, textFor(one, main));
  }

  @Override
  public void forOther(NodeLink link) {
    Portal bound = portal;
    if (bound == null) {
      throw new IllegalStateException("nothing is bound");
    }
    prepareOn(link, bound.statement(), false);
    link.out().frame(bound.unnamed());
    link.own();
    link.out().frame(Tags.EXECUTE, new byte[5]);
    link.asked();
    link.out().sync();
    link.asksReady();
  }

  @Override
  public boolean carriedInBinary() {
    return portal != null && portal.binaryByDefault();
  }

  @Override
  public boolean describes() {
    return true;
  }
}

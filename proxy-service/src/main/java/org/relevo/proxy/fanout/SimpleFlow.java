package org.relevo.proxy.fanout;

import java.io.IOException;
import java.util.Arrays;
import org.relevo.proxy.determinism.Plan;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.sql.StatementKind;
import org.relevo.proxy.wire.BackendError;

/// A Query message. A string of several statements runs as one transaction, as PostgreSQL does it,
/// unless it says where transactions begin and end itself.
///
/// Owner: the session's thread.
final class SimpleFlow {
  private final FanoutSession session;
  private final Runner runner;
  private final Transaction transaction;
  private final ClientPort client;

  SimpleFlow(FanoutSession session, Runner runner) {
    this.session = session;
    this.runner = runner;
    this.transaction = session.transaction();
    this.client = session.client();
  }

  void run(Frame query) throws IOException, InterruptedException {
    byte[] text = query.stringAt(0);
    StatementClass found = session.texts().classify(text);
    if (found.first().kind() == StatementKind.EMPTY) {
      client.out().empty('I');
      return;
    }
    boolean several = found.statements().size() > 1;
    if (several
        && transaction.idle()
        && found.statements().stream().anyMatch(SimpleFlow::needsTransaction)) {
      transaction.beginImplicit();
    }
    for (SqlStatement statement : found.statements()) {
      byte[] part = several ? Arrays.copyOfRange(text, statement.from(), statement.to()) : text;
      SqlStatement own = several ? session.texts().classify(part).first() : statement;
      if (!one(part, own)) {
        break;
      }
    }
    session.endImplicit();
  }

  private static boolean needsTransaction(SqlStatement statement) {
    return switch (statement.kind()) {
      case SELECT, SHOW, EMPTY, BEGIN, COMMIT, ROLLBACK, MAINTENANCE -> false;
      default -> true;
    };
  }

  private boolean one(byte[] text, SqlStatement statement)
      throws IOException, InterruptedException {
    if (transaction.implicit() && statement.kind() == StatementKind.BEGIN) {
      transaction.becomeExplicit();
      client.out().complete("BEGIN");
      return true;
    }
    BackendError late = session.enterFor(statement);
    if (late != null) {
      client.fail(late);
      return false;
    }
    boolean failed = transaction.status() == 'E';
    Plan plan =
        failed && !leaves(statement.kind())
            ? new Plan.Main()
            : session.texts().plan(text, statement);
    byte[] mainText =
        plan instanceof Plan.Rows rows ? RowCarrier.text(text, statement, rows) : text;
    boolean good = runner.run(new QueryWork(statement, text, mainText), plan);
    if (good) {
      session.texts().done(statement);
    } else if (transaction.implicit()) {
      BackendError known = transaction.doom();
      transaction.rollback();
      assert known == null || transaction.idle();
    }
    return good;
  }

  private static boolean leaves(StatementKind kind) {
    return kind == StatementKind.COMMIT
        || kind == StatementKind.ROLLBACK
        || kind == StatementKind.ROLLBACK_TO
        || kind == StatementKind.PREPARE_TRANSACTION;
  }

  /// One statement as a Query.
  private static final class QueryWork implements Work {
    private final SqlStatement statement;
    private final byte[] text;
    private final byte[] mainText;

    /// @param mainText what the main node gets
    QueryWork(SqlStatement statement, byte[] text, byte[] mainText) {
      this.statement = statement;
      this.text = text;
      this.mainText = mainText;
    }

    @Override
    public SqlStatement statement() {
      return statement;
    }

    @Override
    public byte[] text() {
      return text;
    }

    @Override
    public String shown() {
      return Runner.shown(text, statement.from(), statement.to());
    }

    @Override
    public void forClient(NodeLink link, boolean main) {
      put(link, main ? mainText : text);
    }

    @Override
    public void forOther(NodeLink link) {
      put(link, text);
    }

    private static void put(NodeLink link, byte[] query) {
      boolean _ = link.prepared().remove("") != null;
      link.out().query(query);
      link.asksReady();
    }

    @Override
    public boolean carriedInBinary() {
      return false;
    }

    @Override
    public boolean describes() {
      return false;
    }
  }
}

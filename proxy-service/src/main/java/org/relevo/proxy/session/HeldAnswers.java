package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.server.SharedStatement;
import org.relevo.proxy.sql.SettingChange;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.sql.StatementKind;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.Tags;

/// Statements whose answer is certain without a node: BEGIN, and what follows it while no node
/// takes part. Also the answers of a transaction that the service itself has failed.
///
/// Owner: event loop of the session.
final class HeldAnswers {
  private static final BackendError ABORTED =
      BackendError.of(
          "ERROR",
          "25P02",
          "current transaction is aborted, commands ignored until end of transaction block");

  private static final int HEADER_BYTES = 5;

  private final Session session;
  private final Leases leases;
  private final Block block;
  private final BlockState state;
  private byte[] bound = {};

  HeldAnswers(Session session, Leases leases, Block block, BlockState state) {
    this.session = session;
    this.leases = leases;
    this.block = block;
    this.state = state;
  }

  /// Whether a plan needs no node.
  boolean knows(RoutePlan plan) {
    boolean idle = !leases.inBlock();
    if (!plan.plain || !plan.complete || !idle || block.failedHere()) {
      return false;
    }
    if (plan.items.isEmpty()) {
      return !plan.query && block.open() && plan.alone;
    }
    SqlStatement statement = only(plan);
    return statement != null
        && switch (statement.kind()) {
          case BEGIN -> !block.open() && leases.settings().mode() != PoolMode.STATEMENT;
          case SAVEPOINT -> block.open() && block.bound() == null && !block.full();
          case SET_TRANSACTION ->
              block.open() && block.nothingRan() && !block.hasSavepoints() && modesOnly(statement);
          case COMMIT, ROLLBACK -> block.open() && block.nothingRan() && !plan.chains;
          default -> false;
        };
  }

  /// The one statement that it runs.
  private static @Nullable SqlStatement only(RoutePlan plan) {
    RoutePlan.Item item = plan.items.size() == 1 ? plan.items.getFirst() : null;
    StatementClass facts = item == null ? null : item.facts();
    boolean runs = item != null && item.runs() && (plan.query || plan.executes == 1);
    return facts != null && runs && facts.single() ? facts.first() : null;
  }

  private static boolean modesOnly(SqlStatement statement) {
    for (SettingChange change : statement.settings()) {
      switch (change.name()) {
        case "transaction_isolation", "transaction_read_only", "transaction_deferrable" -> {
          // known to be right by its syntax
        }
        default -> {
          return false;
        }
      }
    }
    return !statement.settings().isEmpty();
  }

  // ------------------------------------------------------------------ answers

  /// Whether a batch, all of it, gets the answers of a server.
  boolean answersBatch(RoutePlan plan) {
    return plan.problem == null && (!block.failedHere() || endsFailed(plan));
  }

  /// Answers one message of a plan.
  ///
  /// @param at where it begins
  /// @param body its length
  void answer(RoutePlan plan, ByteBuf in, int at, int body) {
    if (plan.problem != null) {
      fails(plan.problem);
      ready();
    } else if (in.getByte(at) == Tags.QUERY) {
      run(plan, ByteBufUtil.getBytes(in, at + HEADER_BYTES, Math.max(0, body - 1)));
      ready();
    } else {
      message(plan, in, at);
    }
  }

  /// Answers one message of a batch, which is complete and about one statement.
  ///
  /// @param at where it begins
  private void message(RoutePlan plan, ByteBuf in, int at) {
    ClientOutput output = session.relay().output();
    switch (in.getByte(at)) {
      case Tags.PARSE -> {
        session.relay().statements().parseHeld(in, at);
        output.empty('1');
      }
      case Tags.BIND -> {
        bound = boundText(in, at);
        output.empty('2');
      }
      case Tags.DESCRIBE -> output.empty('n');
      case Tags.CLOSE -> output.empty('3');
      case Tags.EXECUTE -> run(plan, bound);
      default -> ready();
    }
  }

  /// Text of the statement that a Bind message names; it exists.
  private byte[] boundText(ByteBuf in, int at) {
    StatementDesk statements = session.relay().statements();
    int end = at + 1 + in.getInt(at + 1);
    int name = in.indexOf(at + HEADER_BYTES, end, (byte) 0) + 1;
    int nameEnd = in.indexOf(name, end, (byte) 0);
    SharedStatement statement =
        nameEnd == name ? statements.unnamed() : statements.names().get(in, name, nameEnd - name);
    return statement == null
        ? new byte[0]
        : EntryNote.text(statement.text(), statement.text().length);
  }

  /// A query string or batch fails by the service's own word, and with it its transaction.
  private void fails(BackendError problem) {
    session.relay().output().error(problem);
    if (block.open()) {
      block.failHere(true);
    }
  }

  /// A batch fails; all up to its Sync is left out.
  ///
  /// @param problem why; null for a transaction that has failed here before
  void abort(@Nullable BackendError problem) {
    if (problem == null) {
      session.relay().output().error(why());
    } else {
      fails(problem);
    }
    session.client().flush(); // it may wait for the error before it sends Sync
  }

  private BackendError why() {
    BackendError first = block.takeReason();
    return first == null ? ABORTED : first;
  }

  /// Whether a batch ends the transaction that has failed here.
  private boolean endsFailed(RoutePlan plan) {
    SqlStatement statement = only(plan);
    return plan.plain && plan.complete && statement != null && canRecover(statement);
  }

  private boolean canRecover(SqlStatement statement) {
    return switch (statement.kind()) {
      case COMMIT, ROLLBACK -> true;
      case ROLLBACK_TO -> block.hasSavepoint(statement.name());
      default -> false;
    };
  }

  private void run(RoutePlan plan, byte[] text) {
    ClientOutput output = session.relay().output();
    SqlStatement statement = only(plan);
    if (block.failedHere()) {
      if (statement == null || !canRecover(statement)) {
        output.error(why());
        return;
      }
      BackendError untold = block.takeReason();
      if (untold != null && statement.kind() == StatementKind.COMMIT) {
        output.error(untold); // the only word that would say so
      } else {
        output.complete("ROLLBACK");
      }
      if (statement.kind() == StatementKind.ROLLBACK_TO) {
        block.failHere(false);
        block.add(statement.kind(), statement.name(), text, true);
      } else {
        leases.endBlocksBut(null, _ -> false);
        block.end();
      }
      return;
    }
    if (statement == null) {
      throw new IllegalStateException("nothing to answer");
    }
    state.sent(false);
    switch (statement.kind()) {
      case BEGIN -> block.begin(text);
      case COMMIT, ROLLBACK -> block.end();
      default -> block.add(statement.kind(), statement.name(), text, true);
    }
    if (block.open() && RouteChoice.primaryOnly(statement)) {
      block.bind(leases.home());
    }
    output.complete(tag(statement, text));
  }

  private static String tag(SqlStatement statement, byte[] text) {
    return switch (statement.kind()) {
      case BEGIN -> (text[statement.from()] | 0x20) == 's' ? "START TRANSACTION" : "BEGIN";
      case SET_TRANSACTION -> "SET";
      default -> statement.kind().name();
    };
  }

  private void ready() {
    session.relay().answeredHere();
  }
}

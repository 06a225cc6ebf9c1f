package org.relevo.proxy.session;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.routing.Reason;
import org.relevo.proxy.routing.Route;
import org.relevo.proxy.routing.SessionDefaults;
import org.relevo.proxy.routing.SessionState.Isolation;
import org.relevo.proxy.sql.FunctionCall;
import org.relevo.proxy.sql.SettingChange;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.sql.StatementKind;

/// Where one plan goes, by what the router says of its texts and by what its transaction has done.
/// Changes nothing but the plan and the state that looks ahead.
///
/// Owner: event loop of the session.
final class RouteChoice {
  private final Leases leases;
  private final Block block;
  private final BlockState state;
  private final SessionRouter router;
  private boolean primary;
  private boolean ran;
  private boolean late;
  private @Nullable Lease chosen;
  private @Nullable Lease fixed;
  private @Nullable BackendId balanced;

  RouteChoice(Leases leases, Block block, BlockState state, SessionRouter router) {
    this.leases = leases;
    this.block = block;
    this.state = state;
    this.router = router;
  }

  /// The node that balancing chose last for the session; null when it did not.
  @Nullable BackendId balanced() {
    return balanced;
  }

  /// @param pinned whether the session stays on the primary
  void make(RoutePlan plan, boolean pinned) {
    primary = pinned || plan.blind || block.full();
    chosen = null;
    fixed = null;
    balanced = null;
    ran = false;
    late = false;
    plan.begins = false;
    plan.ends = false;
    plan.opaque = false;
    plan.runsSomething = false;
    plan.wrote = plan.blind;
    state.start();
    if (plan.blind) {
      block.writesAnything();
      plan.runsSomething = true;
      plan.opaque = true; // it may hold BEGIN, or the end
    }
    for (RoutePlan.Item item : plan.items) {
      StatementClass facts = item.facts();
      if (item.place() != null) {
        fixed = item.place();
        plan.runsSomething = true;
      } else if (facts != null) {
        text(plan, facts, item.runs());
      }
      ran |= item.runs();
    }
    if (plan.wrote) {
      state.writes();
    }
    plan.opaque |= block.full();
    plan.late = late && !primary && fixed == null;
    primary |= late;
    plan.target = target(plan);
  }

  /// In a transaction that has failed on the current node: it answers, up to the end.
  ///
  /// @return whether what follows the end must run elsewhere than on that node
  boolean failed(RoutePlan plan) {
    state.start();
    balanced = null;
    plan.wrote = plan.blind;
    plan.opaque = false;
    plan.runsSomething = false;
    boolean first = true;
    boolean more = plan.blind;
    plan.ends = false;
    for (RoutePlan.Item item : plan.items) {
      StatementClass facts = item.facts();
      if (facts != null && item.runs()) {
        plan.ends |= first && ends(facts.first());
        more |= !first || !facts.single();
        first = false;
      }
    }
    return plan.ends && (more || plan.chains);
  }

  private Lease target(RoutePlan plan) {
    Lease bound = block.bound();
    if (bound != null && block.open()) {
      return bound;
    }
    if (primary || state.mayMissTemporary() || (plan.ends && leases.home().block().open())) {
      return leases.home();
    }
    if (fixed != null) {
      return fixed;
    }
    if (chosen != null) {
      return chosen;
    }
    return leases.inUse();
  }

  private void text(RoutePlan plan, StatementClass facts, boolean runs) {
    if (!facts.single()) {
      several(plan, facts, runs);
      return;
    }
    SqlStatement statement = facts.first();
    if (!runs) {
      if (!shapes(statement)) {
        ask(facts);
      }
      return;
    }
    switch (statement.kind()) {
      case BEGIN -> {
        // Within a block its modes count all the same; what ran before it is a part of it.
        plan.begins = true;
        boolean odd = state.looksOpen() || ran;
        plan.opaque |= odd;
        primary |= odd;
        state.begins(statement);
      }
      case COMMIT, ROLLBACK -> {
        plan.ends = true;
        plan.opaque |= plan.chains;
        primary |= plan.chains;
        state.ends();
      }
      case PREPARE_TRANSACTION -> {
        plan.ends = true;
        writes(plan, statement);
        state.ends();
      }
      case SET_TRANSACTION -> state.modes(statement);
      default -> {
        if (!shapes(statement)) {
          ordinary(plan, facts, statement);
        } else if (isSetting(statement.kind())) {
          state.modes(statement);
          state.sets(statement);
        }
      }
    }
    plan.opaque |= shapes(statement) && (!plan.portals.isEmpty() || primaryOnly(statement));
    primary |= plan.opaque;
  }

  private void ordinary(RoutePlan plan, StatementClass facts, SqlStatement statement) {
    plan.runsSomething = true;
    Lease place =
        switch (statement.kind()) {
          case FETCH, CLOSE -> block.cursor(statement.name());
          default -> null;
        };
    if (place != null) {
      fixed = place;
      return;
    }
    Route route = ask(facts);
    if (!statement.readOnly() || router.writes(route)) {
      writes(plan, statement);
    }
    plan.opaque |= state.looksOpen() && hidesSettings(statement);
    primary |= plan.opaque;
  }

  private void writes(RoutePlan plan, SqlStatement statement) {
    plan.wrote = true;
    plan.runsSomething = true;
    primary = true;
    block.writes(statement);
    state.writes();
  }

  private void several(RoutePlan plan, StatementClass facts, boolean runs) {
    boolean control = false;
    boolean readOnly = true;
    for (SqlStatement statement : facts.statements()) {
      control |= shapes(statement) || ends(statement) || hidesSettings(statement);
      readOnly &= statement.readOnly();
    }
    plan.runsSomething |= runs;
    if (control || !readOnly) {
      primary = true;
      plan.opaque |= control && runs;
      plan.ends |= runs && facts.statements().stream().anyMatch(RouteChoice::ends);
      plan.wrote |= runs;
      block.writesAnything();
    } else if (router.writes(ask(facts))) {
      primary = true;
      plan.wrote |= runs;
      block.writesAnything();
    }
  }

  private Route ask(StatementClass facts) {
    Route route = router.route(facts, state);
    BackendId node = route.node();
    switch (route.target()) {
      case PRIMARY -> {
        boolean behind = route.reason() == Reason.NOT_REPLAYED;
        late |= behind;
        primary |= !behind;
      }
      case NODE -> {
        if (node == null) {
          primary = true;
        } else if (chosen == null) {
          balanced = keeps(route.reason()) ? node : null;
          chosen = leases.on(node);
        }
      }
      case SESSION -> {
        // where the session is
      }
    }
    return route;
  }

  /// Whether it was the choice of a node for the session, and not for this statement alone.
  private static boolean keeps(Reason reason) {
    return reason == Reason.BALANCED || reason == Reason.REDIRECTED;
  }

  // ------------------------------------------------------------------ kinds

  /// Whether it must hold on every node that takes part in its transaction.
  static boolean shapes(SqlStatement statement) {
    return switch (statement.kind()) {
      case BEGIN, SET, SET_TRANSACTION, SET_CONSTRAINTS, RESET, SAVEPOINT, RELEASE, ROLLBACK_TO ->
          true;
      case CLOSE -> statement.name().isEmpty();
      default -> false;
    };
  }

  static boolean ends(SqlStatement statement) {
    return switch (statement.kind()) {
      case COMMIT, ROLLBACK, PREPARE_TRANSACTION -> true;
      default -> false;
    };
  }

  /// Whether it asks for what a standby refuses: READ WRITE, SERIALIZABLE.
  static boolean primaryOnly(SqlStatement statement) {
    for (int i = 0; i < statement.settings().size(); i++) {
      SettingChange change = statement.settings().get(i);
      boolean refused =
          switch (change.name()) {
            case "transaction_read_only" -> !SessionDefaults.isOn(change.value());
            case "transaction_isolation" ->
                SessionDefaults.isolation(change.value()) == Isolation.SERIALIZABLE;
            default -> false;
          };
      if (refused) {
        return true;
      }
    }
    return false;
  }

  private static boolean isSetting(StatementKind kind) {
    return kind == StatementKind.SET || kind == StatementKind.RESET;
  }

  /// Whether it may set something that no other node would learn of.
  private static boolean hidesSettings(SqlStatement statement) {
    SqlStatement inner = statement.inner();
    return switch (statement.kind()) {
      case DO, CALL, DISCARD -> true;
      default ->
          calls(statement.functions(), "set_config") || (inner != null && hidesSettings(inner));
    };
  }

  private static boolean calls(List<FunctionCall> functions, String name) {
    for (FunctionCall call : functions) {
      if (call.name().name().equals(name)) {
        return true;
      }
    }
    return false;
  }
}

package org.relevo.proxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.relevo.proxy.sql.SessionSyntax;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.sql.StatementKind;
import org.relevo.proxy.sql.classify.StatementClassifier;
import org.relevo.proxy.testkit.Facts;
import org.relevo.proxy.testkit.FakeCatalog;
import org.relevo.proxy.testkit.FakeSession;
import org.relevo.proxy.testkit.Nodes;
import org.relevo.proxy.testkit.Rules;

/// The table of cases, and what holds for all of them.
class RouterTest {
  static List<RouteCase> cases() {
    return RouteCase.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void statementsGoWhereTheTableSays(RouteCase each) {
    Route route = each.route();
    assertThat(RouteCase.goes(route) + " " + route.reason())
        .isEqualTo(each.goes() + " " + each.reason());
    assertThat(each.route()).as("made once").isSameAs(route);
  }

  /// The same by what the parser tells of the text, in place of what was written by hand.
  @ParameterizedTest
  @MethodSource("cases")
  void textsGoWhereTheTableSays(RouteCase each) {
    Assumptions.assumeTrue(each.isSql());
    byte[] text = each.bytes();
    StatementClass statements =
        new StatementClassifier().classify(text, text.length, SessionSyntax.of(18, true, "UTF8"));
    Route route = each.route(statements);
    assertThat(RouteCase.goes(route) + " " + route.reason())
        .as(statements.toString())
        .isEqualTo(each.goes() + " " + each.reason());
  }

  @Test
  void everyReasonHasACase() {
    Set<Reason> unseen = EnumSet.allOf(Reason.class);
    cases().forEach(each -> unseen.remove(each.reason()));
    unseen.remove(Reason.FUNCTION_CALL); // a message, not a statement
    assertThat(unseen).isEmpty();
  }

  @Test
  void aDifferenceHasAWhy() {
    assertThat(cases())
        .allSatisfy(each -> assertThat(each.pgpool().isEmpty()).isEqualTo(each.why().isEmpty()));
    assertThat(cases()).filteredOn(each -> !each.why().isEmpty()).hasSizeGreaterThan(20);
  }

  @Test
  void everyKindOfStatementHasACase() {
    Set<StatementKind> unseen = EnumSet.allOf(StatementKind.class);
    cases()
        .forEach(each ->
            each.facts().statements().forEach(statement -> unseen.remove(statement.kind())));
    assertThat(unseen)
        .as("of a family that has one")
        .isSubsetOf(
            StatementKind.UPDATE,
            StatementKind.DELETE,
            StatementKind.RELEASE,
            StatementKind.COMMIT_PREPARED,
            StatementKind.UNLISTEN);
  }

  /// In the extended protocol a portal has one statement: of a string of several the answer must be
  /// that of its worst part.
  @ParameterizedTest
  @MethodSource("cases")
  void aStringIsNoMoreOfAReadThanItsParts(RouteCase each) {
    StatementClass whole = each.facts();
    boolean writes = false;
    for (var statement : whole.statements()) {
      StatementClass part =
          new StatementClass(
              List.of(statement), whole.parsed(), whole.hints(), 0, whole.leadingComment());
      writes |= each.route(part).writes();
    }
    assertThat(each.route().writes()).isEqualTo(writes);
  }

  /// A read that is added to a string in front or behind hides no write.
  @ParameterizedTest
  @MethodSource("cases")
  void noWriteIsHiddenByAReadBesideIt(RouteCase each) {
    if (!each.facts().parsed() || each.reason() == Reason.FAILED_TRANSACTION) {
      return;
    }
    var read = Facts.statement("SELECT");
    var statements = new java.util.ArrayList<>(each.facts().statements());
    statements.addFirst(read);
    statements.addLast(read);
    Route route =
        each.route(new StatementClass(statements, true, StatementClass.Hints.NONE, 0, false));
    if (each.route().writes()) {
      assertThat(route.writes()).isTrue();
    }
  }

  /// Whatever the session's state and the rules are: what writes is never sent to a chosen node,
  /// unless the transaction cannot leave that.
  @ParameterizedTest
  @MethodSource("cases")
  void aWriteIsNeverBalanced(RouteCase each) {
    for (String state : List.of("", "tx", "tx ro", "tx rr ro", "tx at=1", "session=1")) {
      for (String rules :
          List.of("", "read_consistency = eventual", "disable_load_balance_on_write = off")) {
        Route route =
            new Router(Rules.of(rules))
                .route(
                    each.facts(),
                    QueryText.NONE,
                    FakeSession.of(state),
                    Nodes.of("0:primary weight=0, 1:standby"),
                    new FakeCatalog(),
                    () -> 0.5);
        if (route.writes()) {
          assertThat(route.target()).as(state + " " + rules).isEqualTo(Route.Target.PRIMARY);
        }
      }
    }
  }

  @Test
  void aFunctionCallMessageIsAWrite() {
    Router router = new Router(RoutingRules.DEFAULT);
    assertThat(router.functionCall(FakeSession.of("")))
        .isEqualTo(new Route(Route.Target.PRIMARY, null, Reason.FUNCTION_CALL));
    assertThat(router.functionCall(FakeSession.of("tx failed")).reason())
        .isEqualTo(Reason.FAILED_TRANSACTION);
    Route bound = router.functionCall(FakeSession.of("tx bound=1"));
    assertThat(bound.requireNode().value()).isEqualTo(1);
    assertThat(bound.reason()).isEqualTo(Reason.BOUND_WRITE);
  }

  /// A statement that names itself must not be followed for ever.
  @Test
  void aPreparedStatementThatExecutesItselfEnds() {
    FakeSession session =
        FakeSession.of("tx wrote=t").prepare("a", Facts.statement("EXPLAIN > EXECUTE name=a"));
    Route route =
        new Router(Rules.of("disable_load_balance_on_write = dml_adaptive"))
            .route(
                Facts.of("EXECUTE name=a"),
                QueryText.NONE,
                session,
                Nodes.of("0:primary, 1:standby"),
                new FakeCatalog(),
                () -> 0.5);
    assertThat(route.target()).isEqualTo(Route.Target.PRIMARY);
  }

  /// Decisions are made for every statement, so none may leave anything to collect.
  @Test
  void aDecisionAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Router router = new Router(RoutingRules.DEFAULT);
    FakeSession session = FakeSession.of("");
    var view = Nodes.of("0:primary weight=0, 1:standby, 2:standby");
    var catalog = new FakeCatalog();
    DoubleSupplier half = () -> 0.5;
    List<StatementClass> texts =
        List.of(Facts.of("SELECT reads=v,v calls=lower/1"), Facts.of("INSERT writes=t"));
    long least = Long.MAX_VALUE;
    int balanced = 0;
    for (int round = 0; round < 20; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 10_000; i++) {
        Route route = router.route(texts.get(i & 1), QueryText.NONE, session, view, catalog, half);
        balanced += route.reason() == Reason.BALANCED ? 1 : 0;
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(balanced).isEqualTo(100_000);
    assertThat(least).as("bytes of 10,000 decisions").isLessThan(10_000);
  }

  @Test
  void withoutAPrimaryReadsGoOn() {
    Router router = new Router(RoutingRules.DEFAULT);
    FakeSession session = FakeSession.of("");
    var view = Nodes.of("1:standby");
    assertThat(view.primary()).isNull();
    assertThat(
            RouteCase.goes(
                router.route(
                    Facts.of("SELECT reads=t"),
                    QueryText.NONE,
                    session,
                    view,
                    new FakeCatalog(),
                    () -> 0.5)))
        .isEqualTo("node 1");
  }
}

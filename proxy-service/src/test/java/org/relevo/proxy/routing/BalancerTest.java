package org.relevo.proxy.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.testkit.Facts;
import org.relevo.proxy.testkit.FakeCatalog;
import org.relevo.proxy.testkit.FakeSession;
import org.relevo.proxy.testkit.Nodes;
import org.relevo.proxy.testkit.Rules;
import org.relevo.proxy.testkit.Seeds;

/// Shares of nodes over many reads, and what holds whatever the nodes are like.
class BalancerTest {
  private static final int READS = 200_000;

  private final long seed = Seeds.first();
  private final RandomGenerator random = new java.util.SplittableRandom(seed);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | 0:primary weight=1, 1:standby weight=3 | 0=0.25 1=0.75",
        "'' | 0:primary weight=0, 1:standby weight=0.5, 2:standby weight=1.5 | 1=0.25 2=0.75",
        "'' | 0:primary, 1:standby, 2:standby, 3:standby | 0=0.25 1=0.25 2=0.25 3=0.25",
        "user_redirect_preference_list = 'app:1(0.3)' | 0:primary, 1:standby, 2:standby"
            + " | 0=0.35 1=0.3 2=0.35",
        "user_redirect_preference_list = 'app:standby(0.8)'"
            + " | 0:primary, 1:standby, 2:standby weight=3 | 0=0.2 1=0.2 2=0.6",
        "user_redirect_preference_list = 'app:primary(0.6)' | 0:primary weight=9, 1:standby"
            + " | 0=0.6 1=0.4",
        "user_redirect_preference_list = 'app:7' | 0:primary, 1:standby | 0=0.5 1=0.5",
        "delay_threshold = 10 | 0:primary weight=0, 1:standby, 2:standby lag=11 | 1=0.5 P=0.5",
        "delay_threshold = 10 & prefer_lower_delay_standby = on"
            + " | 0:primary weight=0, 1:standby lag=2, 2:standby lag=2 weight=3, 3:standby lag=11"
            + " | 1=0.25 2=0.75",
        "load_balance_choice = least_lagged | 0:primary, 1:standby lag=1, 2:standby lag=1 weight=3"
            + " | 1=0.25 2=0.75",
        "load_balance_choice = least_loaded | 0:primary busy=0, 1:standby busy=0 weight=3"
            + " | 0=0.25 1=0.75",
        "zone = 'e' | 0:primary zone=e, 1:standby zone=e, 2:standby zone=w weight=9 | 0=0.5 1=0.5",
      })
  void readsAreSharedAsTheRulesSay(String rules, String nodes, String shares) {
    Router router = new Router(Rules.of("statement_level_load_balance = on & " + rules));
    RoutingView view = Nodes.of(nodes);
    Map<String, Integer> counts = new TreeMap<>();
    FakeSession session = FakeSession.of("");
    for (int i = 0; i < READS; i++) {
      counts.merge(where(router, session, view), 1, Integer::sum);
    }
    Map<String, Double> expected = new TreeMap<>();
    for (String share : shares.split(" ", -1)) {
      String[] pair = share.split("=", -1);
      expected.put(pair[0], Double.valueOf(pair[1]));
    }
    assertThat(counts.keySet()).as("seed %d", seed).isEqualTo(expected.keySet());
    counts.forEach((node, count) ->
        assertThat(count / (double) READS)
            .as("node %s, seed %d", node, seed)
            .isCloseTo(Objects.requireNonNull(expected.get(node)), within(0.01)));
  }

  @Test
  void sessionsAreSharedTooAndStayWhereTheyAre() {
    Router router = new Router(RoutingRules.DEFAULT);
    RoutingView view = Nodes.of("0:primary, 1:standby weight=3");
    int standby = 0;
    for (int i = 0; i < READS; i++) {
      FakeSession session = FakeSession.of("");
      BackendId node = router.sessionNode(session, view, random::nextDouble);
      assertThat(node).isNotNull();
      session.set("session=" + node.value());
      standby += node.value();
      if (i < 100) {
        assertThat(where(router, session, view)).isEqualTo("" + node.value());
      }
    }
    assertThat(standby / (double) READS).as("seed %d", seed).isCloseTo(0.75, within(0.01));
    assertThat(
            new Router(Rules.of("statement_level_load_balance = on"))
                .sessionNode(FakeSession.of(""), view, random::nextDouble))
        .isNull();
    assertThat(
            new Router(Rules.of("load_balance_mode = off"))
                .sessionNode(FakeSession.of(""), view, random::nextDouble))
        .isNull();
  }

  /// With `session` no standby is chosen that has not replayed what it must, and none that is late,
  /// whatever the nodes, weights, hints and settings are.
  @RepeatedTest(20)
  void noStandbyIsChosenThatHasNotReplayedEnough() {
    StringBuilder nodes = new StringBuilder("0:primary weight=" + random.nextInt(3));
    for (int i = 1; i < 2 + random.nextInt(4); i++) {
      nodes.append(
          ", %d:standby weight=%d replayed=%s lag=%d zone=%s busy=%d"
              .formatted(
                  i,
                  random.nextInt(3),
                  random.nextInt(4) == 0 ? "none" : random.nextInt(20),
                  random.nextInt(20) - 1,
                  random.nextBoolean() ? "e" : "w",
                  random.nextInt(5)));
    }
    RoutingView view = Nodes.of(nodes.toString());
    String settings =
        "statement_level_load_balance = %s & delay_threshold = %d & prefer_lower_delay_standby = %s"
                .formatted(random.nextBoolean(), random.nextInt(10), random.nextBoolean())
            + " & load_balance_choice = "
            + List.of(NodeChoice.values()).get(random.nextInt(3))
            + (random.nextBoolean() ? " & zone = 'e'" : "")
            + (random.nextBoolean() ? " & user_redirect_preference_list = 'app:standby'" : "");
    Router router = new Router(Rules.of(settings));
    long threshold = router.rules().delayBytes();
    for (int i = 0; i < 500; i++) {
      int must = random.nextInt(20);
      FakeSession session =
          FakeSession.of(
              "must=%d session=%d%s"
                  .formatted(must, random.nextInt(5), random.nextBoolean() ? " tx ro" : ""));
      String hint = random.nextInt(4) == 0 ? "hint=standby " : "";
      Route route =
          router.route(
              Facts.of(hint + "SELECT reads=t"),
              QueryText.NONE,
              session,
              view,
              new FakeCatalog(),
              random::nextDouble);
      if (route.target() == Route.Target.NODE) {
        RoutingView.Node node = Objects.requireNonNull(view.find(route.requireNode()));
        boolean enough =
            node.replayed() != null && Long.compareUnsigned(node.replayed().value(), must) >= 0;
        assertThat(!node.standby() || enough)
            .as("seed %d: %s of %s, %s", seed, node, view, settings)
            .isTrue();
        boolean timely = threshold == 0 || (node.lagBytes() >= 0 && node.lagBytes() <= threshold);
        assertThat(!node.standby() || timely || route.reason() == Reason.HINTED)
            .as("seed %d: %s of %s, %s", seed, node, view, settings)
            .isTrue();
      }
    }
  }

  private String where(Router router, FakeSession session, RoutingView view) {
    Route route =
        router.route(
            Facts.of("SELECT reads=t"),
            QueryText.NONE,
            session,
            view,
            new FakeCatalog(),
            random::nextDouble);
    return route.target() == Route.Target.NODE ? "" + route.requireNode().value() : "P";
  }
}

package org.relevo.jmx.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.relevo.jmx.contract.RouteExplanation;
import org.relevo.jmx.contract.RouteNode;
import org.relevo.jmx.contract.RoutedStatement;

@Timeout(120)
class ExplainRouteCommandTest extends CtlFixture {
  private final List<Object> asked = new ArrayList<>();

  @BeforeEach
  void answer() {
    service.answer(
        "explainRoute",
        given -> {
          asked.addAll(List.of(given));
          return explanation("node", 1);
        });
  }

  private static RouteExplanation explanation(String target, int node) {
    return new RouteExplanation(
        target,
        node,
        node < 0 ? "" : "east",
        "BALANCED",
        "A read.",
        false,
        true,
        List.of(
            new RoutedStatement(
                "SELECT",
                "SELECT lower(a) FROM t",
                true,
                List.of("t (table)"),
                List.of(),
                List.of("lower/1 (reads)"),
                List.of(),
                List.of(),
                "node 1",
                "BALANCED")),
        List.of(
            new RouteNode(0, "west", false, 0, "", 0, 0, 2, ""),
            new RouteNode(1, "east", true, 1.5, "0/10", 5, -1, 0, "z")));
  }

  @Test
  void theDecisionItsReasonAndTheFactsAreTold() {
    Result result =
        onData("explain-route", "SELECT lower(a) FROM t", "--user", "app", "--database", "shop");
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(result.out().lines())
        .containsExactly(
            "goes to: node 1 (east)",
            "rule:    BALANCED",
            "because: A read.",
            "writes:  no",
            "",
            "statement: SELECT lower(a) FROM t",
            "kind:      select, reads by its syntax",
            "alone:     node 1, BALANCED",
            "reads:     t (table)",
            "calls:     lower/1 (reads)",
            "",
            "ID  NAME  ROLE     WEIGHT  REPLAYED  LAG_BYTES  LAG_MS  BUSY  ZONE",
            " 0  west  primary     0.0  -                 0       0     2  -",
            " 1  east  standby     1.5  0/10              5       -     0  z");
    assertThat(asked).containsExactly("SELECT lower(a) FROM t", "app", "shop");
  }

  @Test
  void asJsonItIsTheWholeAnswer() {
    Result result = onData("explain-route", "SELECT 1", "--json", "--for-user", "b");
    assertThat(result.exitCode()).isZero();
    assertThat(result.json().get("reason").asString()).isEqualTo("BALANCED");
    assertThat(result.json().get("statements").get(0).get("reads").get(0).asString())
        .isEqualTo("t (table)");
    assertThat(asked).containsExactly("SELECT 1", "b", "");
  }

  @Test
  void placesHaveWords() {
    service.answer("explainRoute", explanation("primary", 0));
    assertThat(onData("explain-route", "x").out())
        .startsWith("goes to: the primary, node 0 (east)");
    service.answer("explainRoute", explanation("primary", -1));
    assertThat(onData("explain-route", "x").out())
        .startsWith("goes to: the primary, of which there is none");
    service.answer("explainRoute", explanation("session", -1));
    assertThat(onData("explain-route", "x").out())
        .startsWith("goes to: every node that the session uses");
  }

  @Test
  void badArgumentsAreTold() {
    assertThat(onData("explain-route").exitCode()).isEqualTo(ExitCode.BAD_ARGUMENTS);
    Result huge = onData("explain-route", "x".repeat(1_000_001));
    assertThat(huge.exitCode()).isEqualTo(ExitCode.BAD_ARGUMENTS);
    assertThat(huge.err()).contains("more than 1000000 characters");
  }
}

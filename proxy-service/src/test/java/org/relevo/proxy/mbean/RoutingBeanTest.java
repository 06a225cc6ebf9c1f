package org.relevo.proxy.mbean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.RouteExplanation;
import org.relevo.jmx.contract.RouteNode;
import org.relevo.jmx.contract.RoutedStatement;
import org.relevo.jmx.contract.RoutingMXBean;
import org.relevo.proxy.routing.Catalog;
import org.relevo.proxy.routing.Reason;
import org.relevo.proxy.routing.RouteExplainer;
import org.relevo.proxy.routing.Router;
import org.relevo.proxy.routing.RoutingView;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.testkit.Facts;
import org.relevo.proxy.testkit.FakeCatalog;
import org.relevo.proxy.testkit.Nodes;
import org.relevo.proxy.testkit.Rules;

class RoutingBeanTest {
  private String asked = "";

  private RoutingBean bean(String facts, String rules) {
    return new RoutingBean(
        new RouteExplainer(
            new RouteExplainer.Source() {
              @Override
              public StatementClass classify(String sql) {
                return Facts.of(facts);
              }

              @Override
              public Catalog catalog(String database, String user) {
                asked = database + "/" + user;
                return new FakeCatalog();
              }

              @Override
              public RoutingView view() {
                return Nodes.of("0:primary weight=0, 1:standby lag=7 ms=-1 zone=e");
              }

              @Override
              public Router router() {
                return new Router(Rules.of(rules));
              }
            },
            () -> 0.5));
  }

  @Test
  void aDecisionIsToldWithWhatItWasMadeOf() throws Exception {
    ObjectName name = new ObjectName("org.relevo.test:type=Routing");
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    server.registerMBean(
        bean("SELECT reads=s.t,v calls=lower/1,count/-1,nobody/2 ops=~~~", ""), name);
    try {
      RoutingMXBean remote = JMX.newMXBeanProxy(server, name, RoutingMXBean.class);
      RouteExplanation told = remote.explainRoute("SELECT …", "app", "shop");
      assertThat(asked).isEqualTo("shop/app");
      assertThat(told.target()).isEqualTo("primary");
      assertThat(told.nodeId()).isZero();
      assertThat(told.nodeName()).isEqualTo("name0");
      assertThat(told.reason()).isEqualTo("UNKNOWN_FUNCTION");
      assertThat(told.rule()).isEqualTo(Reason.UNKNOWN_FUNCTION.rule());
      assertThat(told.writes()).isTrue();
      assertThat(told.understood()).isTrue();
      RoutedStatement statement = told.statements().getFirst();
      assertThat(statement.kind()).isEqualTo("SELECT");
      assertThat(statement.reads()).containsExactly("s.t (table)", "v (view)");
      assertThat(statement.functions())
          .containsExactly("lower/1 (reads)", "count/* (reads)", "nobody/2 (unknown)");
      assertThat(statement.operators()).containsExactly("~~~ (reads)");
      assertThat(told.nodes()).contains(new RouteNode(1, "name1", true, 1, "0/3E8", 7, -1, 0, "e"));
    } finally {
      server.unregisterMBean(name);
    }
  }

  @Test
  void eachStatementOfAStringIsToldOf() {
    RouteExplanation told =
        bean("SELECT reads=t ; SET settings=x:1:local", "").explainRoute("a; b", "", "");
    assertThat(told.reason()).isEqualTo("MULTI_CONTROL");
    assertThat(told.statements())
        .extracting(RoutedStatement::target)
        .containsExactly("node 1", "session");
    assertThat(told.statements().getLast().settings()).containsExactly("x = 1 (local)");
  }

  @Test
  void readsAreExplainedWithGlobalConsistencyToo() {
    RouteExplanation told =
        bean("SELECT reads=t", "read_consistency = global").explainRoute("SELECT 1", "", "");
    assertThat(told.reason()).isEqualTo("BALANCED");
    assertThat(told.nodeId()).isEqualTo(1);
  }

  @Test
  void aTextTooLongIsRefused() {
    assertThatThrownBy(() -> bean("SELECT", "").explainRoute("x".repeat(1_000_001), "", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the statement has more than 1000000 characters");
  }
}

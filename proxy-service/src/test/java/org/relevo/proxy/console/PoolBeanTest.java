package org.relevo.proxy.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.relevo.jmx.contract.ClientInfo;
import org.relevo.jmx.contract.ObjectNames;
import org.relevo.jmx.contract.PoolInfo;
import org.relevo.jmx.contract.PoolMXBean;
import org.relevo.jmx.contract.PoolStatus;
import org.relevo.jmx.contract.QueueEntry;
import org.relevo.jmx.contract.ServerConnectionInfo;
import org.relevo.jmx.contract.StatementCacheInfo;

class PoolBeanTest {
  private static final Path PAGE =
      Path.of(System.getProperty("relevo.root", "..")).resolve("resources/docs/management.md");

  private final FakeSource source = new FakeSource();
  private final PoolBean bean =
      new PoolBean(
          () -> new PoolInfo(1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
          _ -> List.of(),
          source,
          () -> "admin@test");

  @Test
  void aForeignConsoleReadsOpenTypes() throws Exception {
    MBeanServer server = MBeanServerFactory.newMBeanServer();
    ObjectName name = ObjectNames.POOL;
    server.registerMBean(bean, name);
    CompositeData[] pools = (CompositeData[]) server.getAttribute(name, "Pools");
    assertThat(pools).hasSize(2);
    assertThat(pools[0].get("serversActive")).isEqualTo(2);
    assertThat(pools[0].get("mode")).isEqualTo("transaction");
    CompositeData cache = (CompositeData) server.getAttribute(name, "StatementCache");
    assertThat(cache.get("hitsTotal")).isEqualTo(150L);
    Object clients =
        server.invoke(name, "clients", new Object[] {2}, new String[] {int.class.getName()});
    assertThat(clients).isNotInstanceOf(TabularData.class);
    assertThat((CompositeData[]) clients)
        .extracting(client -> client.get("id"))
        .containsExactly(3L, 2L);
    assertThat(((CompositeData) server.getAttribute(name, "Info")).get("clients")).isEqualTo(1);
  }

  @Test
  void listsAreNewestFirstAndBounded() {
    source.clients = 12_000;
    assertThat(bean.clients(PoolMXBean.MAX_ROWS))
        .hasSize(10_000)
        .extracting(ClientInfo::id)
        .containsExactlyElementsOf(
            LongStream.iterate(12_000, id -> id - 1).limit(10_000).boxed().toList());
    assertThat(bean.serverConnections(1)).extracting(ServerConnectionInfo::id).containsExactly(8L);
    assertThat(bean.queue(5)).extracting(QueueEntry::clientId).containsExactly(3L);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 10_001, Integer.MAX_VALUE})
  void anImpossibleNumberOfRowsIsRefused(int rows) {
    assertThatThrownBy(() -> bean.clients(rows)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> bean.queue(rows)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> bean.serverConnections(rows))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void actsCarryTheCallersName() {
    bean.killClient(2);
    bean.reconnect("");
    bean.reconnect("shop");
    assertThat(source.acts)
        .containsExactly(
            "admin@test KILL_CLIENT 2", "admin@test RECONNECT ", "admin@test RECONNECT shop");
  }

  @Test
  void aRefusalIsAnExceptionOfTheJdk() {
    assertThatThrownBy(() -> bean.killClient(99))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no client 99");
  }

  @Test
  void aLoopThatDoesNotAnswerIsNotWaitedForForEver() {
    source.loops = new CompletableFuture<>();
    assertThatThrownBy(() -> bean.getPools())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("did not answer");
  }

  @Test
  void everyAttributeOperationAndFieldIsOnThePage() throws IOException {
    String page = Files.readString(PAGE);
    for (Method method : PoolMXBean.class.getMethods()) {
      String name = method.getName().replaceFirst("^get", "");
      assertThat(page).containsPattern("`" + name + "[`(]");
    }
    for (Class<?> record :
        List.of(
            PoolStatus.class,
            QueueEntry.class,
            ClientInfo.class,
            ServerConnectionInfo.class,
            StatementCacheInfo.class)) {
      for (RecordComponent field : record.getRecordComponents()) {
        assertThat(page).as(record.getSimpleName()).contains("`" + field.getName() + "`");
      }
    }
  }
}

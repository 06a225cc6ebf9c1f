package org.relevo.proxy.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.pgctl.PgCtl;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.testkit.RealServer;

/// Servers that end while clients work: the others go on, the main server's part included, and who
/// has missed a commit stays out.
class NodeLostIT {
  @TempDir Path folder;

  @Test
  void theOthersGoOn() throws Exception {
    List<RealServer> servers = FanoutLab.servers(folder, 3);
    try (FanoutLab lab = new FanoutLab(servers, folder, FanoutLab.MIXED);
        Connection client = lab.connect();
        Connection other = lab.connect()) {
      FanoutLab.run(client, "CREATE TABLE t (id int PRIMARY KEY, v float)");
      FanoutLab.run(client, "INSERT INTO t VALUES (1, random())");

      servers.get(1).stop(PgCtl.StopMode.IMMEDIATE);
      long began = System.nanoTime();
      FanoutLab.run(client, "INSERT INTO t VALUES (2, random())");
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
      assertThat(FanoutLab.one(other, "SELECT count(*) FROM t")).isEqualTo("2");
      assertThat(lab.replicas().detached()).containsOnlyKeys(new BackendId(1));
      assertThat(lab.events())
          .anyMatch(event -> event.startsWith("replication.detached node=node1"));

      servers.get(0).stop(PgCtl.StopMode.IMMEDIATE);
      FanoutLab.run(client, "INSERT INTO t VALUES (3, random())");
      FanoutLab.run(other, "UPDATE t SET v = 0 WHERE id = 1");
      assertThat(FanoutLab.one(other, "SELECT count(*) FROM t")).isEqualTo("3");
      assertThat(servers.get(2).query("SELECT count(*) FROM t")).isEqualTo("3");
      assertThat(lab.replicas().detached()).containsOnlyKeys(new BackendId(0), new BackendId(1));
    } finally {
      for (RealServer server : servers) {
        server.close();
      }
    }
  }
}

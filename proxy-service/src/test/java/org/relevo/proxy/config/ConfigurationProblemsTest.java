package org.relevo.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationProblemsTest {
  private static final String MINIMAL = "backend_hostname0 = 'db1'\n";

  @TempDir Path folder;

  @Test
  void theLastLineWinsAlsoOverItsOtherName() throws Exception {
    assertThat(load(write("a.conf", MINIMAL + "port = 1\nport = 2\n")).clients().port())
        .isEqualTo(2);
    assertThat(
            load(write("b.conf", MINIMAL + "num_init_children = 5\nmax_clients = 6\n"))
                .clients()
                .maxClients())
        .isEqualTo(6);
    assertThat(
            load(write("c.conf", MINIMAL + "max_clients = 6\nnum_init_children = 5\n"))
                .clients()
                .maxClients())
        .isEqualTo(5);
  }

  @Test
  void allProblemsAreReportedTogetherWithFileLineKeyAndWayOut() throws IOException {
    Path file =
        write(
            "relevo.conf",
            """
            prot = 9999
            port = many
            hold_timeout = 5 parsecs
            backend_port1 = 5432
            backend_hostname0 = 'db1'
            backend_clustering_mode = 'sharding'
            parallel_mode = true
            cluster_name = 'open
            jmx_port = 0
            num_init_children = 0
            include = 'nowhere.conf'
            health_check_password_file = 'missing'
            """);

    ConfigException e = catchThrowableOfType(ConfigException.class, () -> load(file));

    assertThat(e.problems())
        .extracting(ConfigProblem::toString)
        .containsExactlyInAnyOrder(
            file + ":1: prot: unknown setting; did you mean 'port'?",
            file + ":2: port: 'many' is not a whole number",
            file
                + ":3:18: syntax: not of the form key = 'value'; quote values that hold blanks or"
                + " signs",
            file + ":4: backend_port1: node 1 has no backend_hostname1; add it",
            file
                + ":6: backend_clustering_mode: 'sharding' is not known; use one of"
                + " [streaming_replication, native_replication, logical_replication, slony,"
                + " snapshot_isolation, raw]",
            file
                + ":7: parallel_mode: parallel queries over partitioned data ended with pgpool-II"
                + " 3.5 and are not served: put all data on each server, then remove it",
            file + ":8:16: syntax: a quote is not closed; write a quote inside a value as ''",
            file + ":9: jmx_port: '0' is outside 1 to 65535",
            file + ":10: num_init_children: '0' is outside 1 to 100000",
            file
                + ":11: include: cannot read '"
                + folder.resolve("nowhere.conf")
                + "' (no such file); name a readable file",
            file
                + ":12: health_check_password_file: cannot read '"
                + folder.resolve("missing")
                + "' (no such file); make it readable for this account");
  }

  @Test
  void noPasswordAppearsInText() throws Exception {
    ProxyConfig config = load(write("a.conf", MINIMAL + "health_check_password = 'hunter2'\n"));
    assertThat(config.health().password().value()).isEqualTo("hunter2");
    assertThat(config.toString()).doesNotContain("hunter2");
  }

  private ProxyConfig load(Path file) throws ConfigException {
    return ProxyConfig.load(file, new Surroundings("box", "dba", Path.of("/home/dba"), Map.of()));
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}

package org.relevo.proxy.pcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.contract.ControlStatus;
import org.relevo.proxy.console.FakeSource;
import org.relevo.proxy.net.ManagementPort;

/// The article's form of the command lines; options are those of stock programs.
class PcpMainTest {
  @TempDir Path folder;

  private PcpServer server;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void start() throws IOException {
    Path users = folder.resolve("pcp.conf");
    Files.writeString(
        users, "dba:" + PcpUsers.md5("secret".getBytes(StandardCharsets.UTF_8)) + "\n");
    server =
        PcpServer.start(
            new ManagementPort.Place("pcp", List.of("127.0.0.1"), 0, List.of()),
            users,
            () -> PcpVersion.of("4.7"),
            new FakeSource(),
            new Refusing());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /// Nothing can be done.
  private static final class Refusing implements PcpActs {
    private static void refuse() {
      throw new IllegalStateException("not now");
    }

    @Override
    public void attach(int node, String who) {}

    @Override
    public void detach(int node, boolean gracefully, String who) {
      refuse();
    }

    @Override
    public void promote(int node, String who) {
      refuse();
    }

    @Override
    public void recover(int node, String who) {
      refuse();
    }

    @Override
    public void reload(String who) {
      refuse();
    }

    @Override
    public void rotateLog(String who) {}

    @Override
    public void stop(char mode, String who) {
      refuse();
    }

    @Override
    public Optional<ControlStatus> members() {
      return Optional.empty();
    }
  }

  private int run(String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return PcpMain.run(args, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  private int positional(String tool, String password, String... more) {
    String[] args =
        java.util.Arrays.copyOf(
            new String[] {
              tool, "10", "127.0.0.1", "" + server.address().getPort(), "dba", password
            },
            6 + more.length);
    System.arraycopy(more, 0, args, 6, more.length);
    return run(args);
  }

  @Test
  void theArticlesFormWorks() {
    assertThat(positional("pcp_node_count", "secret")).isZero();
    assertThat(out.toString().strip()).isEqualTo("2");
    assertThat(positional("pcp_node_info", "secret", "0")).isZero();
    assertThat(out.toString().strip()).matches("10\\.0\\.1\\.0 5432 2 \\d\\.\\d{6}");
    assertThat(positional("pcp_attach_node", "secret", "1")).isZero();
    assertThat(positional("pcp_proc_count", "secret")).isZero();
    assertThat(out.toString().strip().split(" ")).hasSize(3);
  }

  @Test
  void itsExitCodesAreThoseOfTheArticle() {
    assertThat(positional("pcp_node_count", "wrong")).isEqualTo(13);
    assertThat(err.toString()).contains("authentication failed");
    assertThat(positional("pcp_detach_node", "secret", "1")).isEqualTo(12);
    assertThat(err.toString()).contains("not now");
    assertThat(positional("pcp_attach_node", "secret", "x")).isEqualTo(7);
    assertThat(run("pcp_node_count", "10", "127.0.0.1", "1", "dba", "secret")).isEqualTo(8);
    assertThat(run("pcp_node_count", "--nonsense")).isEqualTo(7);
    assertThat(run("pcp_node_info", "--help")).isZero();
    assertThat(run("pcp_stop_pgpool", "-w", "-m", "hard")).isEqualTo(7);
  }
}

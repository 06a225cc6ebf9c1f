package org.relevo.proxy.pcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.contract.ControlMember;
import org.relevo.jmx.contract.ControlStatus;
import org.relevo.proxy.console.FakeSource;
import org.relevo.proxy.net.ManagementPort;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.Seeds;

class PcpServerTest {
  @TempDir Path folder;

  private final List<String> acts = Collections.synchronizedList(new ArrayList<>());
  private volatile String version = "4.7";
  private volatile Optional<ControlStatus> members = Optional.empty();
  private PcpServer server;

  @BeforeEach
  void start() throws IOException {
    Path users = folder.resolve("pcp.conf");
    Files.writeString(
        users,
        "# who may\npostgres:" + PcpUsers.md5("secret".getBytes(StandardCharsets.UTF_8)) + "\n");
    server =
        PcpServer.start(
            new ManagementPort.Place("pcp", List.of("127.0.0.1"), 0, List.of()),
            users,
            () -> PcpVersion.of(version),
            new FakeSource(),
            new Acts());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private final class Acts implements PcpActs {
    @Override
    public void attach(int node, String who) {
      acts.add("attach " + node + " " + who);
    }

    @Override
    public void detach(int node, boolean gracefully, String who) {
      acts.add("detach " + node + " " + gracefully);
    }

    @Override
    public void promote(int node, String who) {
      acts.add("promote " + node);
    }

    @Override
    public void recover(int node, String who) {
      throw new IllegalStateException("Some reason why not");
    }

    @Override
    public void reload(String who) {
      acts.add("reload");
    }

    @Override
    public void rotateLog(String who) {
      acts.add("rotate");
    }

    @Override
    public void stop(char mode, String who) {
      acts.add("stop " + mode);
    }

    @Override
    public Optional<ControlStatus> members() {
      return members;
    }
  }

  private PcpClient in() throws IOException {
    PcpClient client = new PcpClient(server.address()).login("postgres", "secret");
    assertThat(client.read().texts()).startsWith("AuthenticationOK");
    return client;
  }

  @Test
  void aNodesFieldsComeInPgpoolsOrder() throws IOException {
    try (PcpClient client = in()) {
      client.send('L', "");
      assertThat(client.read().texts()).startsWith("CommandComplete", "2");
      client.send('I', "-1\0");
      List<PcpClient.Answer> answers = client.readUntilComplete();
      assertThat(answers).hasSize(4).allMatch(answer -> answer.type() == 'i');
      assertThat(answers.get(0).texts()).startsWith("ArraySize", "2");
      List<String> first = answers.get(1).texts();
      assertThat(first.subList(0, 2)).containsExactly("NodeInfo", "10.0.1.0");
      assertThat(first).hasSize(1 + 13 + 1); // with the empty text behind the last NUL
      assertThat(first.get(3)).isEqualTo("2");
      assertThat(first.get(7)).isEqualTo("2");
      version = "4.3";
      client.send('I', "0\0");
      assertThat(client.readUntilComplete().get(1).texts()).hasSize(1 + 12 + 1);
      client.send('I', "7\0");
      assertThat(client.read().texts()).anyMatch(text -> text.contains("invalid node ID : 7"));
    }
  }

  @Test
  void processesHaveTheFieldsOfTheClientsVersion() throws IOException {
    try (PcpClient client = in()) {
      for (var expected : List.of(List.of("4.7", 21), List.of("4.6", 18), List.of("4.3", 17))) {
        version = (String) expected.getFirst();
        client.send('P', "0\0");
        List<PcpClient.Answer> answers = client.readUntilComplete();
        assertThat(answers).hasSizeGreaterThan(3);
        assertThat(answers.get(1).texts()).hasSize(1 + (int) expected.getLast() + 1);
      }
      client.send('N', "");
      List<String> count = client.read().texts();
      assertThat(count.subList(0, 2)).containsExactly("CommandComplete", "3");
      client.send('P', "4711\0");
      assertThat(client.read().type()).isEqualTo('E');
    }
  }

  @Test
  void settingsFollowABinaryCount() throws IOException {
    try (PcpClient client = in()) {
      client.send('B', "");
      List<PcpClient.Answer> answers = client.readUntilComplete();
      byte[] size = answers.getFirst().body();
      assertThat(new String(size, 0, 9, StandardCharsets.UTF_8)).isEqualTo("ArraySize");
      assertThat(ByteBuffer.wrap(size, 10, 4).getInt()).isEqualTo(answers.size() - 2);
      assertThat(answers.get(1).texts()).startsWith("ProcessConfig").hasSize(5);
    }
  }

  @Test
  void actsAreAnsweredWithPgpoolsLetters() throws IOException {
    try (PcpClient client = in()) {
      check(client, 'C', "1\0", 'c');
      check(client, 'D', "1\0", 'd');
      check(client, 'd', "1\0", 'd');
      check(client, 'J', "1 \0s", 'd');
      check(client, 'Z', "l", 'z');
      check(client, 'V', "l", 'v');
      check(client, 'G', "", 'g');
      check(client, 'A', "client_min_messages\0debug1\0", 'a');
      check(client, 'T', "f", 't');
      client.send('O', "1\0");
      PcpClient.Answer refused = client.read();
      assertThat(refused.type()).isEqualTo('E');
      // A text may not begin with the letter of a field: stock clients would take it for one.
      assertThat(refused.texts()).contains("SERROR", "C55000", "MPCP: Some reason why not");
    }
    assertThat(acts)
        .containsExactly(
            "attach 1 postgres@127.0.0.1 over PCP",
            "detach 1 false",
            "detach 1 true",
            "promote 1",
            "reload",
            "rotate",
            "stop f");
  }

  private static void check(PcpClient client, char type, String body, char answered)
      throws IOException {
    client.send(type, body);
    PcpClient.Answer answer = client.read();
    assertThat(answer.type()).isEqualTo(answered);
    assertThat(answer.texts()).startsWith("CommandComplete");
  }

  @Test
  void theQuorumIsShownAsAWatchdog() throws IOException {
    try (PcpClient client = in()) {
      client.send('W', "-1\0");
      assertThat(client.read().type()).isEqualTo('E');
      members = Optional.of(status());
      client.send('W', "-1\0");
      String json = client.read().texts().get(1);
      assertThat(json)
          .contains("\"NodeCount\":3", "\"QuorumStatus\":1", "\"LeaderNodeName\":\"b\"")
          .contains("\"StateName\":\"LOST\"");
      client.send('W', "5\0");
      assertThat(client.read().type()).isEqualTo('E');
    }
  }

  private static ControlStatus status() {
    return new ControlStatus(
        "a",
        false,
        "b",
        3,
        1000,
        true,
        false,
        1,
        0,
        1,
        "quorum",
        1,
        List.of(1),
        true,
        "",
        "",
        "",
        -1,
        -1,
        "",
        "",
        List.of(
            new ControlMember("a", "service", "h1:9900", true, false, List.of(0), true, -1),
            new ControlMember("b", "service", "h2:9900", false, true, List.of(1), false, 20),
            new ControlMember("c", "witness", "h3:9900", false, false, List.of(), false, 90_000)),
        List.of());
  }

  @Test
  void nobodyComesInWithoutThePassword() throws IOException {
    try (PcpClient client = new PcpClient(server.address())) {
      client.send('L', "");
      assertThat(client.read().texts()).startsWith("SFATAL");
      assertThat(client.ended()).isTrue();
    }
    try (PcpClient client = new PcpClient(server.address()).login("postgres", "wrong")) {
      assertThat(client.read().texts()).anyMatch(text -> text.contains("authentication failed"));
      assertThat(client.ended()).isTrue();
    }
    try (PcpClient client = new PcpClient(server.address()).login("nobody", "")) {
      assertThat(client.read().texts()).startsWith("SFATAL");
    }
    assertThat(server.refusalsTotal()).isEqualTo(3);
  }

  /// Whoever sends rubbish is sent away, and others do not notice.
  @Test
  void rubbishHurtsNobodyElse() throws Exception {
    try (PcpClient good = in()) {
      try (PcpClient huge = new PcpClient(server.address())) {
        huge.raw(new byte[] {'M', 0x7f, -1, -1, -1});
        assertThat(huge.read().type()).isEqualTo('E');
        assertThat(huge.ended()).isTrue();
      }
      long seed = Seeds.first();
      Random random = new Random(seed);
      for (int i = 0; i < 200; i++) {
        byte[] bytes = new byte[1 + random.nextInt(300)];
        random.nextBytes(bytes);
        try (PcpClient client = new PcpClient(server.address())) {
          client.raw(bytes);
        }
      }
      for (int i = 0; i < 100; i++) {
        char type = (char) (1 + random.nextInt(126));
        if (type == 'X' || type == 'T' || type == 't') {
          continue;
        }
        byte[] body = new byte[random.nextInt(255)];
        random.nextBytes(body);
        good.send(type, body);
        assertThat(good.readUntilComplete()).as("seed %d round %d", seed, i).isNotEmpty();
      }
      good.send('L', "");
      assertThat(good.read().texts()).startsWith("CommandComplete", "2");
    }
  }

  @Test
  void aSilentClientIsSentAway() throws Exception {
    server.loginMs(200);
    try (PcpClient client = new PcpClient(server.address())) {
      client.send('M', "");
      assertThat(client.read().type()).isEqualTo('m');
      assertThat(client.read().texts()).anyMatch(text -> text.contains("timed out"));
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void thereIsALimitOfConnections() throws Exception {
    List<PcpClient> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 64; i++) {
        silent.add(new PcpClient(server.address()));
      }
      try (PcpClient more = new PcpClient(server.address())) {
        assertThat(more.read().texts()).anyMatch(text -> text.contains("too many"));
      }
    } finally {
      for (PcpClient each : silent) {
        each.close();
      }
    }
    Await.until(
        java.time.Duration.ofSeconds(10),
        () -> "places are not free again",
        () -> {
          try (PcpClient client = new PcpClient(server.address())) {
            client.send('M', "");
            return client.read().type() == 'm';
          }
        });
  }
}

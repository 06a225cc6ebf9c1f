package org.relevo.proxy.alerts;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.contract.AlertInfo;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.proxy.config.AlertSettings;
import org.relevo.proxy.testkit.Await;

@Timeout(60)
class AlertTargetsTest {
  private static final AlertTarget.Sender SENDER = new AlertTarget.Sender("shop", "proxy0", "box");

  @TempDir Path folder;

  private static AlertBook.Telling telling(AlertBook.Change change, String text) {
    return new AlertBook.Telling(
        change, new AlertInfo(7, "node_down", "node1", LogLevel.ERROR, 1000, -1, "", text));
  }

  @Test
  void syslogGetsALineOfEachForm() throws Exception {
    try (DatagramSocket server = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      server.setSoTimeout(10_000);
      new SyslogTarget("127.0.0.1", server.getLocalPort(), false, 16)
          .tell(telling(AlertBook.Change.RAISED, "db1\nis \"down\""), SENDER);
      assertThat(receive(server))
          .matches(
              "<131>1 20\\S+Z box relevo \\d+ alert - alert.raised rule=node_down subject=node1"
                  + " id=7 cluster=shop text=\"db1 is 'down'\"");
      assertThat(receive(server)).contains(" pgpool ", "Failover of node db1");
      new SyslogTarget("127.0.0.1", server.getLocalPort(), true, 16)
          .tell(telling(AlertBook.Change.CLEARED, "db1"), SENDER);
      assertThat(receive(server))
          .matches("<134>[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d box relevo\\[\\d+]: .*");
      assertThat(receive(server)).contains("pgpool[", "Failback of node db1");
    }
  }

  private static String receive(DatagramSocket server) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
    server.receive(packet);
    return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
  }

  @Test
  void aCommandGetsVariablesAndNoTextIsRun() throws Exception {
    Path out = folder.resolve("out");
    String command =
        "printf '%s|%s|%s' \"$RELEVO_ALERT_CHANGE\" \"$RELEVO_ALERT_RULE\" \"$RELEVO_ALERT_TEXT\" >"
            + out;
    new CommandTarget(command, Duration.ofSeconds(10))
        .tell(telling(AlertBook.Change.RAISED, "$(touch " + folder + "/owned) `id`"), SENDER);
    assertThat(Files.readString(out))
        .isEqualTo("RAISED|node_down|$(touch " + folder + "/owned) `id`");
    assertThat(folder.resolve("owned")).doesNotExist();
    Assertions.assertThatThrownBy(() ->
            new CommandTarget("sleep 60", Duration.ofMillis(200))
                .tell(telling(AlertBook.Change.RAISED, ""), SENDER))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("killed");
    Assertions.assertThatThrownBy(() ->
            new CommandTarget("exit 3", Duration.ofSeconds(5))
                .tell(telling(AlertBook.Change.RAISED, ""), SENDER))
        .hasMessageContaining("ended with 3");
  }

  @Test
  void aMailIsSentAndNoTextEndsIt() throws Exception {
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread thread = Thread.ofVirtual().start(() -> smtp(server, lines));
      new MailTarget("127.0.0.1", server.getLocalPort(), "r@x", List.of("a@x", "b@x"))
          .tell(telling(AlertBook.Change.RAISED, ".\r\n.\r\nRCPT TO:<evil@x>"), SENDER);
      thread.join();
    }
    assertThat(lines)
        .contains(
            "MAIL FROM:<r@x>",
            "RCPT TO:<a@x>",
            "RCPT TO:<b@x>",
            "Subject: [shop] raised: node_down node1",
            ".. . RCPT TO:<evil@x>");
    assertThat(lines).filteredOn("."::equals).hasSize(1);
  }

  @Test
  void anEndlessLineIsNotHeld() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread thread = Thread.ofVirtual().start(() -> endless(server, "220-".getBytes(US_ASCII)));
      Assertions.assertThatThrownBy(() ->
              new MailTarget("127.0.0.1", server.getLocalPort(), "r@x", List.of("a@x"))
                  .tell(telling(AlertBook.Change.RAISED, ""), SENDER))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("more than 1000");
      thread.join();
    }
  }

  @Test
  void aWebhooksEndlessAnswerIsCutOff() throws Exception {
    byte[] head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n".getBytes(US_ASCII);
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread thread = Thread.ofVirtual().start(() -> endless(server, head));
      URI hook = URI.create("http://127.0.0.1:" + server.getLocalPort());
      Assertions.assertThatThrownBy(() ->
              new WebhookTarget(hook, Duration.ofMillis(500))
                  .tell(telling(AlertBook.Change.RAISED, ""), SENDER))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("longer than 500 ms");
      thread.join();
    }
  }

  /// Ends when the peer does.
  private static void endless(ServerSocket server, byte[] head) {
    byte[] more = new byte[1000];
    Arrays.fill(more, (byte) 'x');
    try (Socket socket = server.accept()) {
      OutputStream out = socket.getOutputStream();
      out.write(head);
      while (true) {
        out.write(more);
      }
    } catch (IOException _) {
      // The peer has had enough.
    }
  }

  private static void smtp(ServerSocket server, List<String> lines) {
    try (Socket socket = server.accept()) {
      OutputStream out = socket.getOutputStream();
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      out.write("220 ready\r\n".getBytes(StandardCharsets.UTF_8));
      boolean data = false;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines.add(line);
        String answer = "250-more\r\n250 fine\r\n";
        if (data) {
          if (!line.equals(".")) {
            continue;
          }
          data = false;
        } else if (line.equals("DATA")) {
          data = true;
          answer = "354 go\r\n";
        } else if (line.equals("QUIT")) {
          answer = "221 bye\r\n";
        }
        out.write(answer.getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      lines.add(e.toString());
    }
  }

  @Test
  void aWebhookGetsJsonAndATargetThatFailsIsTriedAgain() throws Exception {
    List<String> bodies = Collections.synchronizedList(new ArrayList<>());
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/hook",
        exchange -> {
          bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(bodies.size() == 1 ? 500 : 204, -1);
          exchange.close();
        });
    server.start();
    URI hook = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
    AlertSettings settings =
        new AlertSettings(
            0,
            0,
            Duration.ZERO,
            Optional.empty(),
            false,
            16,
            Optional.empty(),
            Duration.ofSeconds(1),
            Optional.empty(),
            "",
            List.of(),
            Optional.of(hook));
    try (AlertTargets targets = new AlertTargets(AlertTargets.of(settings), SENDER)) {
      assertThat(targets.names()).containsExactly("webhook");
      targets.tell(telling(AlertBook.Change.RAISED, "down"));
      Await.until("it is told at the second try", () -> bodies.size() == 2);
    } finally {
      server.stop(0);
    }
    assertThat(bodies.get(1))
        .contains("\"status\":\"raised\"", "\"rule\":\"node_down\"", "\"subject\":\"node1\"");
  }
}

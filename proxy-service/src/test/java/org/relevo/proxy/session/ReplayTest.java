package org.relevo.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.server.VarSet;
import org.relevo.proxy.wire.BackendError;

class ReplayTest {
  private static final String SET = "P SELECT pg_catalog.set_config($1, $2, false)";

  private final SessionLab lab = new SessionLab(PoolMode.TRANSACTION, 1);
  private final ServerConnection connection = lab.open();
  private final EmbeddedChannel server = lab.server(0);
  private final List<Optional<BackendError>> done = new ArrayList<>();

  @AfterEach
  void close() {
    connection.close("end of test");
    lab.close();
  }

  @Test
  void settingsComeInTheOrderInWhichTheyAreAllowed() {
    settings(
        Map.of(),
        Map.of(
            "role", "r",
            "session_authorization", "s",
            "work_mem", "1MB",
            "client_encoding", "LATIN1",
            "app.tenant", "5"));
    assertThat(sent())
        .containsExactly(
            "SET",
            "client_encoding=LATIN1",
            "app.tenant=5",
            "work_mem=1MB",
            "session_authorization=s",
            "role=r",
            "SYNC");
  }

  @Test
  void whatIsNotWantedIsResetAndWhatIsEqualStays() {
    settings(
        Map.of("a.b", "1", "datestyle", "ISO", "work_mem", "1MB", "x\"y", "2"),
        Map.of("work_mem", "1MB", "datestyle", "German"));
    assertThat(sent())
        .containsExactly(
            "RUN RESET \"a\".\"b\"",
            "RUN RESET \"datestyle\"",
            "RUN RESET \"x\"\"y\"",
            "SET",
            "datestyle=German",
            "SYNC");
  }

  @Test
  void identityIsLaidDownFirst() {
    settings(Map.of("role", "r", "session_authorization", "s", "work_mem", "1MB"), Map.of());
    assertThat(sent())
        .containsExactly(
            "RUN RESET ROLE", "RUN RESET SESSION AUTHORIZATION", "RUN RESET \"work_mem\"", "SYNC");
  }

  @Test
  void anEqualRoleIsTakenOnAnewAfterItsReset() {
    Map<String, String> identity = Map.of("role", "r", "session_authorization", "s");
    VarSet given = VarSet.of(identity);
    settings(given.values(), given.with("work_mem", "2MB").values());
    assertThat(sent())
        .containsExactly(
            "RUN RESET ROLE",
            "RUN RESET SESSION AUTHORIZATION",
            "SET",
            "work_mem=2MB",
            "session_authorization=s",
            "role=r",
            "SYNC");
  }

  @Test
  void itIsDoneWhenTheServerIsReady() {
    settings(Map.of(), Map.of("work_mem", "1MB"));
    assertThat(connection.conversing()).isTrue();
    lab.send(
        server,
        SessionLab.message('1'),
        SessionLab.message('2'),
        SessionLab.message('C', "SELECT 1\0"));
    assertThat(done).isEmpty();
    lab.send(server, SessionLab.ready('I'));
    assertThat(done).containsExactly(Optional.empty());
    assertThat(connection.conversing()).isFalse();
  }

  @Test
  void anErrorIsHandedOnWhenTheServerIsReady() {
    settings(Map.of(), Map.of("role", "nobody"));
    lab.send(server, SessionLab.error("22023", "role \"nobody\" does not exist"));
    assertThat(done).isEmpty();
    lab.send(server, SessionLab.ready('I'));
    assertThat(done).hasSize(1);
    assertThat(done.getFirst().orElseThrow().sqlState()).isEqualTo("22023");
  }

  @Test
  void aServerThatLeavesIsAnError() {
    settings(Map.of(), Map.of("work_mem", "1MB"));
    var _ = server.close();
    lab.settle();
    assertThat(done).hasSize(1);
    assertThat(done.getFirst().orElseThrow().sqlState()).isEqualTo("08006");
  }

  @Test
  void aStatementThatFailsDoesNotSpoilTheOthers() {
    Baggage baggage =
        new Baggage(
            List.of(new Baggage.Setting("search_path", "a")),
            List.of(
                new Baggage.Statement("one", "SELECT 1", List.of(23), false),
                new Baggage.Statement("two", "PREPARE two AS SELECT 2", List.of(), true)),
            List.of(),
            true);
    Replay.baggage(connection, baggage, done::add);
    assertThat(lab.messages(server))
        .containsExactly(
            SET,
            "B search_path a",
            "E",
            "S",
            "P one SELECT 1",
            "S",
            "P PREPARE two AS SELECT 2",
            "B",
            "E",
            "S");
    lab.send(server, SessionLab.ready('I'));
    lab.send(server, SessionLab.error("42P01", "no such table"), SessionLab.ready('I'));
    assertThat(done).isEmpty();
    lab.send(server, SessionLab.ready('I'));
    assertThat(done).containsExactly(Optional.empty());
  }

  private void settings(Map<String, String> given, Map<String, String> wanted) {
    Replay.settings(connection, VarSet.of(given), VarSet.of(wanted), done::add);
  }

  /// Parse, Bind and Execute as one word each.
  private List<String> sent() {
    List<String> words = new ArrayList<>();
    for (String message : lab.messages(server)) {
      switch (message.charAt(0)) {
        case 'P' -> words.add(message.equals(SET) ? "SET" : "RUN " + message.substring(2));
        case 'B' -> {
          if (message.length() > 1) {
            words.add(message.substring(2).replace(' ', '='));
          }
        }
        case 'S' -> words.add("SYNC");
        case 'E' -> assertThat(message).isEqualTo("E");
        default -> throw new AssertionError(message);
      }
    }
    return words;
  }
}

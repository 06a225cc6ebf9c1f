package org.relevo.proxy.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.pgctl.ServerAccount;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;

class AgentFilesTest {
  private static final Map<Long, Lsn> NONE = Map.of();

  @TempDir Path folder;

  @Test
  void anOlderEpochIsRefusedForEver() throws Exception {
    NodeFiles files = new NodeFiles(folder, new BackendId(3));
    assertThat(files.promisedEpoch()).isZero();
    files.promise(7);
    files.promise(7);
    NodeFiles later = new NodeFiles(folder, new BackendId(3));
    assertThat(later.promisedEpoch()).isEqualTo(7);
    assertThatThrownBy(() -> later.promise(6))
        .isInstanceOf(ActionFailure.class)
        .hasMessageContaining("7 was promised");
    Files.writeString(folder.resolve("agent/node3/promised-epoch"), "7x");
    assertThatThrownBy(() -> later.promise(8))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("promised-epoch");
  }

  @Test
  void aLogThatLeftTheHistoryIsSeen() {
    Timelines history =
        new Timelines(
            "1",
            4,
            new Lsn(1000),
            Timelines.parse(
                "1\t0/64\tno recovery target specified\n\n# a comment\n3\t0/C8\tanother\n"));
    assertThat(history.forks()).isEqualTo(Map.of(1L, new Lsn(100), 3L, new Lsn(200)));
    assertThat(history.fork(1, new Lsn(100), NONE)).isEmpty();
    assertThat(history.fork(1, new Lsn(101), NONE)).contains(new Lsn(100));
    assertThat(history.fork(3, new Lsn(200), NONE)).isEmpty();
    assertThat(history.fork(2, new Lsn(50), NONE)).contains(new Lsn(100));
    assertThat(history.fork(5, new Lsn(50), NONE)).contains(new Lsn(200));
    assertThat(history.fork(4, new Lsn(1000), NONE)).isEmpty();
    assertThat(history.fork(4, new Lsn(1001), NONE)).contains(new Lsn(1000));
  }

  /// Two servers were promoted to the same number, one of them by hand.
  @Test
  void aNumberAloneIsNoHistory() {
    Timelines history = new Timelines("1", 2, new Lsn(1000), Map.of(1L, new Lsn(100)));
    assertThat(history.fork(2, new Lsn(500), Map.of(1L, new Lsn(100)))).isEmpty();
    assertThat(history.fork(2, new Lsn(500), Map.of(1L, new Lsn(90)))).contains(new Lsn(90));
    assertThat(history.fork(2, new Lsn(500), Map.of(1L, new Lsn(120)))).contains(new Lsn(100));
    assertThat(history.fork(3, new Lsn(700), Map.of(1L, new Lsn(100), 2L, new Lsn(600))))
        .contains(new Lsn(600));
  }

  @Test
  void emptyHistoriesLeadToANumberAndGoBeforeAStart() throws Exception {
    Path log = Files.createDirectories(folder.resolve("pg_wal"));
    Files.writeString(log.resolve("00000003.history"), "1\t0/64\tx\n");
    Histories histories = new Histories(folder);
    histories.lead(6, new ServerAccount(Optional.empty()));
    assertThat(histories.sizes()).containsOnlyKeys(2L, 3L, 4L, 5L);
    assertThat(histories.taken(3)).isTrue();
    assertThat(histories.taken(4)).isFalse();
    assertThat(histories.of(3)).isEqualTo(Map.of(1L, new Lsn(100)));
    assertThat(histories.of(9)).isEmpty();

    histories.trim(1);
    assertThat(histories.sizes()).containsOnlyKeys(2L, 3L);
    histories.trim(1);
    assertThat(histories.sizes()).containsOnlyKeys(2L, 3L);
    histories.remove(3);
    histories.trim(2);
    assertThat(histories.sizes()).containsOnlyKeys(2L);
    histories.trim(1);
    assertThat(histories.sizes()).isEmpty();
    assertThatThrownBy(() -> histories.lead(1_000_000, new ServerAccount(Optional.empty())))
        .isInstanceOf(ActionFailure.class);
  }

  @Test
  void onlyWhatSaysOffIsOff() {
    assertThat(Fence.isOff(new Commands.Result(2, "", false))).isTrue();
    assertThat(Fence.isOff(new Commands.Result(0, "Status: OFF", false))).isTrue();
    assertThat(Fence.isOff(new Commands.Result(0, "off", false))).isTrue();
    assertThat(Fence.isOff(new Commands.Result(0, "Status: ON", false))).isFalse();
    assertThat(Fence.isOff(new Commands.Result(0, "", false))).isFalse();
    assertThat(Fence.isOff(new Commands.Result(1, "Status: OFF", false))).isFalse();
    assertThat(Fence.isOff(new Commands.Result(0, "it is on, was off", false))).isFalse();
    assertThat(Fence.isOff(new Commands.Result(-1, "off", true))).isFalse();
  }
}

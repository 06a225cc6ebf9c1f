package org.relevo.proxy.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.consensus.ClusterLog.Leadership;
import org.relevo.proxy.consensus.ClusterLog.Outcome;
import org.relevo.proxy.testkit.Await;

class LocalLogTest {
  private static final MemberId SELF = new MemberId("alone");

  @TempDir private Path directory;

  private LocalLog open() throws IOException {
    return LocalLog.open(SELF, directory.resolve("log"), new TestMachine());
  }

  private static Outcome commit(ClusterLog log, String reason) throws Exception {
    return log.propose(TestMachine.pause(reason)).toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void whatWasConfirmedIsThereAfterwards() throws Exception {
    try (LocalLog log = open()) {
      assertThat(log.leadership()).isEqualTo(new Leadership(1, Optional.of(SELF), true));
      assertThat(commit(log, "a")).isEqualTo(new Outcome(0, ""));
      assertThat(commit(log, "no")).isEqualTo(new Outcome(1, "refused: no"));
      assertThat(commit(log, "b")).isEqualTo(new Outcome(2, ""));
      assertThat(TestMachine.reasons(log.state())).containsExactly("a", "b");
    }
    try (LocalLog log = open()) {
      assertThat(TestMachine.reasons(log.state())).containsExactly("a", "b");
      assertThat(commit(log, "c")).isEqualTo(new Outcome(3, ""));
    }
  }

  @Test
  void manyAtOnceKeepTheirOrderAcrossSnapshots() throws Exception {
    int count = 3500;
    try (LocalLog log = open()) {
      List<CompletableFuture<Outcome>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        if (i % 500 == 0 && i > 0) {
          all.getLast().get(10, TimeUnit.SECONDS);
        }
        all.add(log.propose(TestMachine.pause("r" + i)).toCompletableFuture());
      }
      all.getLast().get(10, TimeUnit.SECONDS);
      assertThat(log.state().epoch()).isEqualTo(count);
    }
    assertThat(directory.resolve("log/state")).exists();
    try (LocalLog log = open()) {
      assertThat(log.state().epoch()).isEqualTo(count);
      assertThat(TestMachine.reasons(log.state())).endsWith("r" + (count - 1));
      assertThat(commit(log, "next").index()).isEqualTo(count);
    }
  }

  @Test
  void anEntryInPartIsCutOffAtEveryByte() throws Exception {
    Path file = directory.resolve("log/commands");
    long before;
    try (LocalLog log = open()) {
      commit(log, "a");
      before = Files.size(file);
      commit(log, "b");
    }
    byte[] whole = Files.readAllBytes(file);
    for (int length = (int) before; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      try (LocalLog log = open()) {
        assertThat(TestMachine.reasons(log.state())).as("%d bytes", length).containsExactly("a");
        commit(log, "c");
      }
      try (LocalLog log = open()) {
        assertThat(TestMachine.reasons(log.state())).containsExactly("a", "c");
      }
    }
  }

  @Test
  void damageBeforeConfirmedCommandsStopsTheStart() throws Exception {
    Path file = directory.resolve("log/commands");
    try (LocalLog log = open()) {
      commit(log, "a");
      commit(log, "b");
      commit(log, "c");
    }
    byte[] whole = Files.readAllBytes(file);
    for (int place = 0; place < whole.length / 3; place++) {
      byte[] damaged = whole.clone();
      damaged[place] ^= 0x40;
      Files.write(file, damaged);
      assertThatThrownBy(this::open)
          .as("byte %d", place)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("commands' ");
    }
  }

  @Test
  void aDamagedSnapshotStopsTheStart() throws Exception {
    try (LocalLog log = open()) {
      for (int i = 0; i < 1000; i++) {
        commit(log, "r" + i);
      }
      Await.until("no snapshot", () -> Files.exists(directory.resolve("log/state")));
    }
    Path file = directory.resolve("log/state");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2]++;
    Files.write(file, bytes);
    assertThatThrownBy(this::open).hasMessageContaining("is damaged");
  }

  @Test
  void listenersAreToldEverythingOnceAndInOrder() throws Exception {
    try (LocalLog log = open()) {
      commit(log, "before");
      Recorder recorder = new Recorder();
      log.listen(
          new Recorder() {
            @Override
            public void applied(long index, Command command, ClusterState state) {
              throw new IllegalStateException(
                  "one that fails does not keep others from being told");
            }
          });
      log.listen(recorder);
      for (int i = 0; i < 20; i++) {
        commit(log, "r" + i);
      }
      Await.until(recorder::toString, () -> recorder.events().size() == 22);
      List<String> expected = new ArrayList<>(List.of("installed 0 1", "leads true"));
      for (int i = 0; i < 20; i++) {
        expected.add("applied %d r%d %d".formatted(i + 1, i, i + 2));
      }
      assertThat(recorder.events()).isEqualTo(expected);
    }
  }

  @Test
  void nothingIsAcceptedAfterTheEnd() throws Exception {
    LocalLog log = open();
    log.close();
    assertThatThrownBy(() -> commit(log, "late"))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("closed");
  }
}

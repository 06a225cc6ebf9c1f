package org.relevo.proxy.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.core.BackendId;

class HooksTest {
  private static final HookNode LOST = HookNode.of(new BackendId(1), "db1.example", 5433, "/pg/1");
  private static final HookNode MAIN = HookNode.of(new BackendId(0), "db0.example", 5432, "/pg/0");
  private static final HookNode OLD = HookNode.of(new BackendId(2), "db2.example", 5434, "");

  @TempDir Path folder;
  private final List<String> events = new CopyOnWriteArrayList<>();

  @Test
  void everyPlaceholderIsReplaced() throws Exception {
    String all = "%d %h %p %D %m %H %r %R %M %P %N %S %% %x %";
    assertThat(Placeholders.expand(all, Placeholders.of(LOST, MAIN, OLD, OLD)))
        .isEqualTo("1 db1.example 5433 /pg/1 0 db0.example 5432 /pg/0 2 2 db2.example 5434 %  %");
    assertThat(
            Placeholders.expand(
                all, Placeholders.of(OLD, HookNode.NONE, HookNode.NONE, HookNode.NONE)))
        .isEqualTo("2 db2.example 5434 \"\" -1 \"\" \"\" \"\" -1 -1 \"\" \"\" %  %");
  }

  @Test
  void eachCommandGetsWhatItIsAbout() throws Exception {
    Path out = folder.resolve("out");
    String say = "printf '%%s ' %d %h %m %H %M %P >> " + out + "; echo done";
    Hooks hooks = hooks(say, Duration.ofSeconds(20));
    assertThat(get(hooks.failover(LOST, MAIN, OLD, OLD))).isTrue();
    assertThat(get(hooks.failback(LOST, MAIN, OLD, OLD))).isTrue();
    assertThat(get(hooks.followPrimary(LOST, MAIN, OLD, OLD))).isTrue();
    assertThat(Files.readString(out)).isEqualTo("1 db1.example 0 db0.example 2 2 ".repeat(3));
    assertThat(events)
        .filteredOn(event -> event.contains("hook.ended"))
        .hasSize(3)
        .allMatch(event -> event.contains("exit=0") && event.contains("output=\"done\""));
  }

  @Test
  void aFailureIsTold() throws Exception {
    assertThat(get(hooks("echo no; exit 3", Duration.ofSeconds(20)).failover(LOST, MAIN, OLD, OLD)))
        .isFalse();
    assertThat(events)
        .anyMatch(event -> event.startsWith("WARN hook.ended") && event.contains("exit=3"));
    assertThat(get(hooks("", Duration.ofSeconds(20)).failover(LOST, MAIN, OLD, OLD))).isTrue();
  }

  @Test
  void whatIsLateIsKilledWithAllThatItStarted() throws Exception {
    Path pid = folder.resolve("pid");
    Hooks hooks = hooks("sleep 300 & echo $! > " + pid + "; wait", Duration.ofMillis(700));
    assertThat(get(hooks.failover(LOST, MAIN, OLD, OLD))).isFalse();
    assertThat(events).anyMatch(event -> event.startsWith("ERROR hook.late"));
    long child = Long.parseLong(Files.readString(pid).strip());
    org.relevo.proxy.testkit.Await.until(
        "the child is gone",
        () -> ProcessHandle.of(child).filter(org.relevo.proxy.local.Postmaster::runs).isEmpty());
  }

  @Test
  void whatMeansSomethingToTheShellIsNotRun() throws Exception {
    HookNode evil = HookNode.of(new BackendId(1), "db1;reboot", 5433, "/pg");
    assertThat(get(hooks("echo %h", Duration.ofSeconds(20)).failover(evil, MAIN, OLD, OLD)))
        .isFalse();
    assertThat(events).anyMatch(event -> event.startsWith("ERROR hook.failed"));
    assertThat(events).noneMatch(event -> event.contains("hook.started"));
  }

  private Hooks hooks(String command, Duration limit) {
    return new Hooks(
        () -> new Hooks.Settings(command, command, command, limit),
        (level, name, text) -> events.add(level + " " + name + " " + text));
  }

  private static boolean get(CompletionStage<Boolean> end) throws Exception {
    return end.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}

package org.relevo.proxy.onlinerecovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.testkit.FixedViews;

class PlainNodesTest {
  private static final BackendId NODE = new BackendId(1);

  @TempDir Path folder;

  @Test
  void aDetachThatIsNotOnDiskIsWrittenByTheNext() throws Exception {
    FixedViews views = new FixedViews(1, 2);
    PlainNodes nodes =
        new PlainNodes(
                views,
                (_, _) -> CompletableFuture.completedFuture(views.current()),
                () -> {},
                folder,
                (_, _, _) -> {})
            .start();
    Path obstacle = Files.writeString(folder.resolve("recovery"), "no folder");
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> nodes.detach(NODE, "a", ""))
          .isInstanceOf(RecoveryFailure.class)
          .hasMessageContaining("cannot write");
    }
    Files.delete(obstacle);
    nodes.detach(NODE, "a", "");
    Path file = folder.resolve("recovery").resolve("detached");
    assertThat(file).hasContent("1\n");
    nodes.attach(NODE, "a", "");
    assertThat(file).isEmptyFile();
  }
}

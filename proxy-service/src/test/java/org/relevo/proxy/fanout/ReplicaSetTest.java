package org.relevo.proxy.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.testkit.FixedViews;

class ReplicaSetTest {
  private static final BackendId NODE = new BackendId(1);

  @TempDir Path folder;

  @Test
  void whoCannotBeWrittenDownIsOutAllTheSame() throws Exception {
    Path file = folder.resolve("sub").resolve("detached");
    List<Map<BackendId, String>> published = new ArrayList<>();
    ReplicaSet replicas = new ReplicaSet(file, FanoutLab.MIXED, published::add, (_, _) -> {});
    ClusterView view = new FixedViews(1, 2, 3).current();
    assertThatThrownBy(() -> replicas.detach(NODE, "why", view)).isInstanceOf(IOException.class);
    assertThat(replicas.detached()).containsOnlyKeys(NODE);
    assertThat(published.getLast()).containsOnlyKeys(NODE);
    assertThat(replicas.attached(view)).hasSize(2);
    assertThatThrownBy(() -> replicas.detach(NODE, "why", view)).isInstanceOf(IOException.class);
    assertThatThrownBy(replicas::ensureWritten).isInstanceOf(IOException.class);

    Files.createDirectory(file.getParent());
    replicas.ensureWritten();
    assertThat(new ReplicaSet(file, FanoutLab.MIXED, _ -> {}, (_, _) -> {}).detached())
        .containsOnlyKeys(NODE);
    replicas.attach(NODE);
    assertThat(Files.readString(file)).isEmpty();
  }
}

package org.relevo.proxy.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CloseStackTest {
  private final List<String> closed = new ArrayList<>();
  private final CloseStack stack = new CloseStack();

  @Test
  void partsCloseInReverseOrderAndOnce() {
    stack.add("first", () -> closed.add("first"));
    stack.add("second", () -> closed.add("second"));
    stack.close();
    stack.close();
    assertThat(closed).containsExactly("second", "first");
  }

  @Test
  void aPartThatFailsDoesNotKeepTheOthersOpen() {
    stack.add("first", () -> closed.add("first"));
    stack.add(
        "second",
        () -> {
          throw new IOException("stuck");
        });
    stack.close();
    assertThat(closed).containsExactly("first");
  }

  @Test
  void nothingIsStartedWhileStopping() {
    stack.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> stack.add("late", () -> closed.add("late")))
        .withMessageContaining("late");
  }
}

package org.relevo.app.view.overview;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LayoutTest {
  @Test
  void noBoxesOverlapForOneToFortyNodes() {
    for (int nodes = 1; nodes <= 40; nodes++) {
      List<String> servers = IntStream.range(0, nodes).mapToObj(i -> "node:" + i).toList();
      Layout layout =
          Layout.of(
              List.of(List.of("clients"), List.of("address"), List.of("a", "b", "c"), servers),
              980,
              400);
      List<Layout.Box> boxes = new ArrayList<>(layout.boxes().values());
      assertThat(boxes).hasSize(nodes + 5);
      for (int i = 0; i < boxes.size(); i++) {
        for (int j = i + 1; j < boxes.size(); j++) {
          assertThat(boxes.get(i).overlaps(boxes.get(j))).as(nodes + ": " + i + "/" + j).isFalse();
        }
        assertThat(boxes.get(i).y()).isGreaterThanOrEqualTo(0);
        assertThat(boxes.get(i).right()).isLessThanOrEqualTo(layout.width());
      }
    }
  }

  @Test
  void theSameInputGivesTheSamePicture() {
    List<List<String>> layers = List.of(List.of("clients"), List.of(), List.of("p"), List.of("n"));
    assertThat(Layout.of(layers, 900, 300)).isEqualTo(Layout.of(layers, 900, 300));
    assertThat(Layout.of(layers, 900, 300).boxes()).hasSize(3);
  }
}

package org.relevo.app.view.overview;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Where the boxes of a layered picture go: layers from left to right, each layer's boxes centred
/// below each other, in their given order. The same picture for the same input. Pure.
///
/// @param boxes by id
record Layout(Map<String, Box> boxes, double width, double height) {
  static final double BOX_WIDTH = 200;
  static final double BOX_HEIGHT = 92;
  private static final double GAP = 18;

  record Box(double x, double y, double width, double height) {
    double left() {
      return x;
    }

    double right() {
      return x + width;
    }

    double middle() {
      return y + height / 2;
    }

    boolean overlaps(Box other) {
      return x < other.right()
          && other.x < right()
          && y < other.y + other.height
          && other.y < y + height;
    }
  }

  /// @param layers ids from left to right; empty layers take no room
  static Layout of(List<List<String>> layers, double width, double height) {
    List<List<String>> used = layers.stream().filter(layer -> !layer.isEmpty()).toList();
    int most = used.stream().mapToInt(List::size).max().orElse(1);
    double needed = most * BOX_HEIGHT + (most - 1) * GAP;
    double tall = Math.max(height, needed + 2 * GAP);
    double wide = Math.max(width, used.size() * (BOX_WIDTH + 3 * GAP));
    double step = used.size() < 2 ? 0 : (wide - 2 * GAP - BOX_WIDTH) / (used.size() - 1);
    Map<String, Box> boxes = new LinkedHashMap<>();
    for (int column = 0; column < used.size(); column++) {
      List<String> ids = new ArrayList<>(used.get(column));
      double total = ids.size() * BOX_HEIGHT + (ids.size() - 1) * GAP;
      double y = (tall - total) / 2;
      double x = GAP + column * step;
      for (String id : ids) {
        boxes.put(id, new Box(x, y, BOX_WIDTH, BOX_HEIGHT));
        y += BOX_HEIGHT + GAP;
      }
    }
    return new Layout(boxes, wide, tall);
  }
}

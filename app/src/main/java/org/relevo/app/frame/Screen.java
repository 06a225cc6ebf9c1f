package org.relevo.app.frame;

import java.util.Optional;
import javafx.scene.Node;

/// One page of the window. It is made once and kept; only the visible one may repaint.
public interface Screen {
  /// Fixed, such as `nodes`; the text key `nav.<id>` names it for people.
  String id();

  Node root();

  /// It became visible: start live work.
  void shown();

  /// It is no longer visible: stop timers and repainting.
  void hidden();

  /// It is about to be shown for one node, such as a switchover to it.
  default void about(int nodeId) {}

  /// It is about to be shown for an act, such as `RECOVERY` of a node.
  ///
  /// @param nodeId -1 when none was chosen yet
  default void ask(String act, int nodeId) {}

  /// Asks for fresh data now (F5).
  default void refresh() {}

  /// What is shown, as CSV; empty where a picture is all there is.
  default Optional<String> csv() {
    return Optional.empty();
  }

  /// Stops live values, or lets them go on.
  default void togglePause() {}
}

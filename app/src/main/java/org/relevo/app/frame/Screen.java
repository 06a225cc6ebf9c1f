package org.relevo.app.frame;

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

  /// Asks for fresh data now (F5).
  default void refresh() {}
}

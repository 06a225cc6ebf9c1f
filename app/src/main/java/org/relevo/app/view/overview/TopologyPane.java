package org.relevo.app.view.overview;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import javafx.animation.AnimationTimer;
import javafx.geometry.Pos;
import javafx.scene.Scene;
import javafx.scene.control.Label;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.scene.shape.CubicCurve;
import org.relevo.app.frame.StateLabel;
import org.relevo.app.text.Texts;

/// The picture of the cluster: clients, service address, proxies, servers, and what flows between
/// them. Dashes move with the load; a box takes the focus and opens with Enter or a click.
///
/// Owner: FX thread.
final class TopologyPane extends Pane {
  private static final double DASH = 16;
  private static final long FRAME_NANOS = 100_000_000;

  private final Texts texts;
  private final IntConsumer onNode;
  private final Map<CubicCurve, Double> moving = new HashMap<>();
  private final AnimationTimer flow =
      new AnimationTimer() {
        private long last;

        @Override
        public void handle(long now) {
          // Ten pictures a second are smooth enough for dashes, and cheap.
          if (now - last >= FRAME_NANOS) {
            double seconds = last == 0 ? 0 : Math.min(0.5, (now - last) / 1e9);
            last = now;
            moving.forEach((edge, speed) ->
                edge.setStrokeDashOffset((edge.getStrokeDashOffset() - speed * seconds) % DASH));
          }
        }
      };
  private boolean wanted;
  private Topology shown = new Topology(List.of(), List.of());

  TopologyPane(Texts texts, IntConsumer onNode) {
    this.texts = texts;
    this.onNode = onNode;
    setId("topology");
    getStyleClass().addAll("card", "topology");
    setMinHeight(250);
    sceneProperty()
        .flatMap(scene -> scene.getPreferences().reducedMotionProperty())
        .subscribe(_ -> live(wanted));
    widthProperty().addListener((_, _, _) -> draw());
    heightProperty().addListener((_, _, _) -> draw());
  }

  /// Dashes stand still where the person's system asks for little motion.
  void live(boolean on) {
    wanted = on;
    if (moves()) {
      flow.start();
    } else {
      flow.stop();
    }
  }

  /// Whether the flow moves now.
  boolean moves() {
    Scene scene = getScene();
    return wanted && scene != null && !scene.getPreferences().isReducedMotion();
  }

  void show(Topology topology) {
    if (!topology.equals(shown)) {
      shown = topology;
      draw();
    }
  }

  Topology shown() {
    return shown;
  }

  private void draw() {
    String focused =
        getScene() != null
                && getScene().getFocusOwner() != null
                && getChildren().contains(getScene().getFocusOwner())
            ? getScene().getFocusOwner().getId()
            : "";
    getChildren().clear();
    moving.clear();
    Layout layout =
        Layout.of(
            shown.layers().stream()
                .map(layer -> layer.stream().map(Topology.Item::id).toList())
                .toList(),
            getWidth(),
            getHeight());
    setPrefHeight(layout.height());
    for (Topology.Edge edge : shown.edges()) {
      Layout.Box from = layout.boxes().get(edge.from());
      Layout.Box to = layout.boxes().get(edge.to());
      if (from != null && to != null) {
        drawEdge(edge, from, to);
      }
    }
    for (List<Topology.Item> layer : shown.layers()) {
      for (Topology.Item item : layer) {
        Layout.Box box = layout.boxes().get(item.id());
        if (box != null) {
          getChildren().add(card(item, box));
        }
      }
    }
    if (!focused.isEmpty()) {
      getChildren().stream()
          .filter(child -> focused.equals(child.getId()))
          .findFirst()
          .ifPresent(javafx.scene.Node::requestFocus);
    }
  }

  private void drawEdge(Topology.Edge edge, Layout.Box from, Layout.Box to) {
    CubicCurve curve = new CubicCurve();
    double labelX;
    double labelY;
    if (edge.replication()) {
      // Beside the boxes, from the primary down to its standby.
      double x = from.left();
      double bend = 34;
      curve.setStartX(x);
      curve.setStartY(from.middle() + 14);
      curve.setEndX(to.left());
      curve.setEndY(to.middle() - 14);
      curve.setControlX1(x - bend);
      curve.setControlY1(from.middle() + 30);
      curve.setControlX2(to.left() - bend);
      curve.setControlY2(to.middle() - 30);
      labelX = x - bend - 22;
      labelY = (from.middle() + to.middle()) / 2 - 9;
    } else {
      double half = (from.right() + to.left()) / 2;
      curve.setStartX(from.right());
      curve.setStartY(from.middle());
      curve.setEndX(to.left());
      curve.setEndY(to.middle());
      curve.setControlX1(half);
      curve.setControlY1(from.middle());
      curve.setControlX2(half);
      curve.setControlY2(to.middle());
      labelX = half - 32;
      labelY = (from.middle() + to.middle()) / 2 - 22;
    }
    curve
        .getStyleClass()
        .add(edge.broken() ? "edge-broken" : edge.replication() ? "edge-wal" : "edge");
    curve.setFill(null);
    curve.setStrokeWidth(edge.replication() ? 1.5 : 1.5 + Math.log10(1 + edge.perSecond()) * 1.3);
    if (edge.broken()) {
      curve.getStrokeDashArray().setAll(3.0, 9.0);
    } else if (edge.replication()) {
      curve.getStrokeDashArray().setAll(2.0, 4.0);
    } else if (edge.perSecond() > 0) {
      curve.getStrokeDashArray().setAll(DASH - 6, 6.0);
      moving.put(curve, 8 + Math.log10(1 + edge.perSecond()) * 18);
    }
    getChildren().add(curve);
    String words = edge.broken() ? "✖" : edge.label();
    if (!words.isEmpty()) {
      Label label = new Label(words);
      label.getStyleClass().add(edge.broken() ? "edge-cut" : "edge-label");
      label.setMinWidth(Region.USE_PREF_SIZE);
      label.relocate(labelX, labelY);
      label.setMouseTransparent(true);
      getChildren().add(label);
    }
  }

  private VBox card(Topology.Item item, Layout.Box box) {
    Label title = new Label(item.title());
    title.getStyleClass().add("topology-title");
    StateLabel state = new StateLabel(item.mark(), item.words());
    VBox card = new VBox(2, title, state);
    for (String line : item.lines()) {
      Label more = new Label(line);
      more.getStyleClass().addAll("muted", "topology-line");
      card.getChildren().add(more);
    }
    card.setId("box-" + item.id());
    card.getStyleClass().add("topology-box");
    card.setAlignment(Pos.CENTER_LEFT);
    card.resizeRelocate(box.x(), box.y(), box.width(), box.height());
    card.setPrefSize(box.width(), box.height());
    card.setMaxSize(box.width(), box.height());
    card.setAccessibleText(
        item.title() + ", " + item.words() + ", " + String.join(", ", item.lines()));
    if (item.nodeId() >= 0) {
      card.setFocusTraversable(true);
      card.setOnMouseClicked(_ -> onNode.accept(item.nodeId()));
      card.setOnKeyPressed(key -> {
        if (key.getCode() == KeyCode.ENTER) {
          onNode.accept(item.nodeId());
        }
      });
    }
    card.setAccessibleRoleDescription(texts.text("overview.box"));
    return card;
  }
}

package org.relevo.app;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleObjectProperty;
import javafx.scene.Parent;
import javafx.scene.Scene;
import javafx.scene.control.Button;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import org.relevo.app.frame.CommandPalette;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.frame.Theme;
import org.relevo.app.text.Texts;

/// Several clusters in one window: one tab each, with its own connection, screens and wizards. All
/// of them stay connected; only the visible one paints. A single cluster has no tabs.
///
/// Owner: FX thread.
public final class Clusters implements AutoCloseable {
  /// More would not be found again.
  static final int MOST = 12;

  private final Texts texts;
  private final Supplier<AppWiring> maker;
  private final ObjectProperty<Theme> theme;
  private final BorderPane root = new BorderPane();
  private final HBox strip = new HBox();
  private final ToggleGroup group = new ToggleGroup();
  private final List<AppWiring> all = new ArrayList<>();
  private IntConsumer scaler = _ -> {};
  private Runnable followSystem = () -> {};
  private final ReadOnlyStringWrapper title = new ReadOnlyStringWrapper("");
  private final ObjectProperty<AppWiring> selected = new SimpleObjectProperty<>();

  /// @param maker one cluster's worth of window
  public Clusters(Texts texts, Theme start, Supplier<AppWiring> maker) {
    this.texts = texts;
    this.maker = maker;
    theme = new SimpleObjectProperty<>(start);
    strip.getStyleClass().add("cluster-strip");
    strip.setId("cluster-strip");
    add();
  }

  public Parent root() {
    return root;
  }

  public ObjectProperty<Theme> themeProperty() {
    return theme;
  }

  public AppWiring selected() {
    return selected.get();
  }

  public List<AppWiring> all() {
    return List.copyOf(all);
  }

  /// Opens an empty tab at its Connect screen.
  public AppWiring add() {
    if (all.size() == MOST) {
      return selected();
    }
    AppWiring wiring = maker.get();
    wiring.frame().themeProperty().bindBidirectional(theme);
    wiring.onNewCluster(this::addAndConnect);
    action(wiring, "palette.larger", "Ctrl++", () -> scaler.accept(1));
    action(wiring, "palette.smaller", "Ctrl+-", () -> scaler.accept(-1));
    action(wiring, "palette.normal", "", () -> scaler.accept(0));
    action(wiring, "palette.follow", "", () -> followSystem.run());
    all.add(wiring);
    select(wiring);
    return wiring;
  }

  private void action(AppWiring wiring, String key, String keys, Runnable doIt) {
    wiring
        .frame()
        .palette()
        .add(new CommandPalette.Action(() -> texts.text(key), keys, () -> "", doIt));
  }

  private void addAndConnect() {
    add().context().navigator().show(ScreenId.CONNECT);
  }

  public void select(AppWiring wiring) {
    AppWiring before = selected.get();
    if (before != null && !before.equals(wiring)) {
      before.rest();
    }
    selected.set(wiring);
    title.bind(wiring.frame().titleText());
    wiring.wake();
    root.setCenter(wiring.frame().root());
    placeStrip();
    Scene scene = root.getScene();
    if (scene != null) {
      installKeys(scene);
    }
  }

  /// Disconnects a cluster and takes its tab away; the last one stays.
  public void remove(AppWiring wiring) {
    if (all.size() == 1 || !all.contains(wiring)) {
      return;
    }
    all.remove(wiring);
    if (wiring.equals(selected.get())) {
      select(all.getLast());
    } else {
      placeStrip();
    }
    wiring.frame().themeProperty().unbindBidirectional(theme);
    wiring.closeCluster();
  }

  /// The keys of the visible cluster's frame.
  public void installKeys(Scene scene) {
    scene.getAccelerators().clear();
    selected().frame().installKeys(scene);
    key(scene, KeyCode.PLUS, 1);
    key(scene, KeyCode.ADD, 1);
    key(scene, KeyCode.EQUALS, 1);
    key(scene, KeyCode.MINUS, -1);
    key(scene, KeyCode.SUBTRACT, -1);
  }

  private void key(Scene scene, KeyCode code, int direction) {
    scene
        .getAccelerators()
        .put(
            new KeyCodeCombination(code, KeyCombination.SHORTCUT_DOWN),
            () -> scaler.accept(direction));
  }

  /// Who makes everything larger (1), smaller (-1) or as at first (0).
  public void onScale(IntConsumer action) {
    scaler = action;
  }

  /// Who lets the system decide on light or dark again.
  public void onFollowSystem(Runnable action) {
    followSystem = action;
  }

  /// Follows the visible cluster.
  public ReadOnlyStringProperty titleProperty() {
    return title.getReadOnlyProperty();
  }

  private void placeStrip() {
    strip.getChildren().clear();
    // The group would keep the tabs of before, and their clusters.
    group.getToggles().clear();
    if (all.size() == 1) {
      root.setTop(null);
      return;
    }
    for (AppWiring wiring : all) {
      ToggleButton tab = new ToggleButton();
      tab.getStyleClass().add("cluster-tab");
      tab.textProperty().bind(wiring.frame().tabText());
      tab.setToggleGroup(group);
      tab.setSelected(wiring.equals(selected.get()));
      tab.setOnAction(_ -> select(wiring));
      Button close = new Button("✕");
      close.getStyleClass().add("cluster-close");
      close.setAccessibleText(texts.text("clusters.close"));
      close.setOnAction(_ -> remove(wiring));
      strip.getChildren().addAll(tab, close);
    }
    root.setTop(strip);
  }

  @Override
  public void close() {
    all.forEach(AppWiring::close);
  }
}

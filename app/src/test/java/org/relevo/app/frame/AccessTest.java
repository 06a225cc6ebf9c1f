package org.relevo.app.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javafx.application.ColorScheme;
import javafx.beans.property.SimpleObjectProperty;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.TraversalDirection;
import javafx.scene.control.ChoiceBox;
import javafx.scene.control.Control;
import javafx.scene.control.Label;
import javafx.scene.control.Labeled;
import javafx.scene.control.ListView;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.TabPane;
import javafx.scene.control.TableView;
import javafx.scene.control.TextInputControl;
import javafx.scene.layout.BackgroundFill;
import javafx.scene.layout.Region;
import javafx.scene.paint.Color;
import org.junit.jupiter.api.Test;
import org.relevo.app.model.Environment;
import org.relevo.app.testkit.AppFixture;
import org.relevo.jmx.contract.LogLevel;

/// What eyes, keyboards and readers of the screen need, on every screen as it is drawn.
class AccessTest {
  private static final double LEAST_CONTRAST = 4.5;

  @Test
  void everyWordIsReadableOnWhatIsBehindIt() throws Exception {
    for (Theme theme : Theme.values()) {
      try (AppFixture app = full(theme)) {
        Set<String> weak = new LinkedHashSet<>();
        for (ScreenId screen : ScreenId.values()) {
          app.show(screen);
          app.advance(Duration.ofSeconds(2));
          AppFixture.run(() -> {
            layout(app);
            contrast(app.stage().getScene().getRoot(), background(theme), screen.id(), weak);
          });
        }
        assertThat(weak).as(theme + ": contrast below " + LEAST_CONTRAST).isEmpty();
      }
    }
  }

  @Test
  void everythingThatTakesTheFocusHasANameAndTheTabKeyReachesIt() throws Exception {
    try (AppFixture app = full(Theme.DARK)) {
      List<String> nameless = new ArrayList<>();
      List<String> unreached = new ArrayList<>();
      for (ScreenId screen : ScreenId.values()) {
        app.show(screen);
        app.advance(Duration.ofSeconds(2));
        AppFixture.run(() -> {
          layout(app);
          List<Node> wanted = new ArrayList<>();
          focusable(app.stage().getScene().getRoot(), wanted);
          wanted.stream()
              .filter(node -> !named(node, app.stage().getScene().getRoot()))
              .forEach(node -> nameless.add(screen.id() + ": " + node));
          Set<Node> reached = tab(app, wanted);
          wanted.stream()
              .filter(node -> !reached.contains(node))
              .forEach(node -> unreached.add(screen.id() + ": " + node));
        });
      }
      assertThat(nameless).as("no name for a reader of the screen").isEmpty();
      assertThat(unreached).as("not reached by the Tab key").isEmpty();
    }
  }

  @Test
  void atTwoHundredPercentEverythingIsTwiceAsLargeAndNothingIsLost() throws Exception {
    try (AppFixture app = full(Theme.LIGHT)) {
      app.show(ScreenId.OVERVIEW);
      AppFixture.run(() -> {
        double before = app.find("clusterName", Label.class).getHeight();
        Parent content = app.stage().getScene().getRoot();
        app.stage().getScene().setRoot(new javafx.scene.layout.Pane());
        ScaledPane scaled = new ScaledPane(content);
        app.stage().getScene().setRoot(scaled);
        app.theme().applyTo(app.stage().getScene());
        scaled.percent(200);
        layout(app);
        Label name = app.find("clusterName", Label.class);
        assertThat(name.localToScene(name.getBoundsInLocal()).getHeight())
            .isCloseTo(before * 2, org.assertj.core.data.Offset.offset(1.0));
        ScrollPane scroll = (ScrollPane) scaled.getChildrenUnmodifiable().getFirst();
        assertThat(scroll.getHbarPolicy()).isEqualTo(ScrollPane.ScrollBarPolicy.ALWAYS);
        assertThat(content.getLayoutBounds().getWidth()).isEqualTo(1000);
        scaled.step(-1);
        assertThat(scaled.percent()).isEqualTo(175);
        scaled.step(0);
        layout(app);
        assertThat(scroll.getHbarPolicy()).isEqualTo(ScrollPane.ScrollBarPolicy.NEVER);
      });
    }
  }

  @Test
  void theLookFollowsTheSystemUntilThePersonChooses() {
    SimpleObjectProperty<ColorScheme> system = new SimpleObjectProperty<>(ColorScheme.LIGHT);
    SimpleObjectProperty<Theme> theme = new SimpleObjectProperty<>(Theme.DARK);
    SystemLook look = new SystemLook(system, theme, true);
    assertThat(theme.get()).isEqualTo(Theme.LIGHT);
    system.set(ColorScheme.DARK);
    assertThat(theme.get()).isEqualTo(Theme.DARK);
    theme.set(Theme.LIGHT);
    assertThat(look.following()).isFalse();
    system.set(ColorScheme.LIGHT);
    system.set(ColorScheme.DARK);
    assertThat(theme.get()).isEqualTo(Theme.LIGHT);
    look.follow();
    assertThat(theme.get()).isEqualTo(Theme.DARK);
  }

  /// With an alarm, an environment and a lost node, so that most colours are in use.
  private static AppFixture full(Theme theme) throws Exception {
    AppFixture app = AppFixture.connected("en", theme);
    app.service().management().controls();
    app.service().management().alert(1, LogLevel.WARN, "lag", "pgsql2 is 12 MB behind");
    app.service().node(1, org.relevo.jmx.contract.NodeStatus.DOWN, "connection refused");
    AppFixture.run(() -> app.model().environmentProperty().set(Environment.PRODUCTION));
    app.advance(Duration.ofSeconds(3));
    return app;
  }

  private static void layout(AppFixture app) {
    app.stage().getScene().getRoot().applyCss();
    app.stage().getScene().getRoot().layout();
  }

  private static Color background(Theme theme) {
    return Color.web(theme == Theme.DARK ? "#0D1117" : "#FFFFFF");
  }

  /// Walks down with the colour that is behind; what is off may be pale.
  private static void contrast(Node node, Color behind, String screen, Set<String> weak) {
    if (!node.isVisible() || node.isDisabled() || node.getOpacity() < 0.99) {
      return;
    }
    Color now = node instanceof Region region ? behind(region, behind) : behind;
    if (node instanceof Labeled labeled
        && labeled.getText() != null
        && !labeled.getText().isBlank()
        && labeled.getTextFill() instanceof Color text) {
      double found = ratio(over(text, now), now);
      if (found < LEAST_CONTRAST) {
        weak.add(
            "%s: '%s' %s %s on %s: %.2f"
                .formatted(screen, labeled.getText(), labeled.getStyleClass(), text, now, found));
      }
    }
    if (node instanceof Parent parent) {
      parent.getChildrenUnmodifiable().forEach(child -> contrast(child, now, screen, weak));
    }
  }

  private static Color behind(Region region, Color outer) {
    if (region.getBackground() == null) {
      return outer;
    }
    Color now = outer;
    for (BackgroundFill fill : region.getBackground().getFills()) {
      if (fill.getFill() instanceof Color color) {
        now = over(color, now);
      }
    }
    return now;
  }

  private static Color over(Color top, Color below) {
    return below.interpolate(
        new Color(top.getRed(), top.getGreen(), top.getBlue(), 1), top.getOpacity());
  }

  private static double ratio(Color one, Color other) {
    double a = luminance(one) + 0.05;
    double b = luminance(other) + 0.05;
    return Math.max(a, b) / Math.min(a, b);
  }

  private static double luminance(Color color) {
    return 0.2126 * linear(color.getRed())
        + 0.7152 * linear(color.getGreen())
        + 0.0722 * linear(color.getBlue());
  }

  private static double linear(double channel) {
    return channel <= 0.04045 ? channel / 12.92 : Math.pow((channel + 0.055) / 1.055, 2.4);
  }

  private static void focusable(Node node, List<Node> found) {
    if (!node.isVisible() || node.isDisabled()) {
      return;
    }
    if (node.isFocusTraversable()) {
      found.add(node);
    }
    if (node instanceof Parent parent
        && !(node instanceof TableView)
        && !(node instanceof ListView)) {
      parent.getChildrenUnmodifiable().forEach(child -> focusable(child, found));
    }
  }

  private static boolean named(Node node, Parent root) {
    if (node.getAccessibleText() != null && !node.getAccessibleText().isBlank()) {
      return true;
    }
    return switch (node) {
      case Labeled labeled -> labeled.getText() != null && !labeled.getText().isBlank();
      case TextInputControl field ->
          (field.getPromptText() != null && !field.getPromptText().isBlank())
              || captioned(field, root);
      case TableView<?> table -> !table.getColumns().isEmpty();
      case TabPane tabs -> !tabs.getTabs().isEmpty();
      case ChoiceBox<?> choice -> captioned(choice, root);
      case ScrollPane _ -> true;
      case ListView<?> list -> list.getId() != null;
      case Control control -> captioned(control, root);
      default -> false;
    };
  }

  private static boolean captioned(Node control, Parent root) {
    return root.lookupAll(".label").stream()
        .anyMatch(label -> label instanceof Label caption && control.equals(caption.getLabelFor()));
  }

  /// As many presses as there are controls, and some to come around.
  private static Set<Node> tab(AppFixture app, List<Node> wanted) {
    Set<Node> reached = new LinkedHashSet<>();
    wanted.getFirst().requestFocus();
    for (int i = 0; i < wanted.size() * 2 + 10; i++) {
      Node owner = app.stage().getScene().getFocusOwner();
      if (owner == null) {
        break;
      }
      reached.add(owner);
      owner.requestFocusTraversal(TraversalDirection.NEXT);
    }
    return reached;
  }
}

package org.relevo.app.view.nodes;

import java.time.Duration;
import java.util.Locale;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import org.relevo.app.frame.Durations;
import org.relevo.app.model.Freshness;
import org.relevo.app.model.Mark;
import org.relevo.app.text.Texts;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.NodeRole;

/// One line of the table. The row object stays while its values change, so that the selection and
/// the scroll position survive every second's refresh.
///
/// Owner: FX thread.
public final class NodeRow {
  /// A state with its words, as a cell draws it.
  public record Cell(String symbol, Mark mark, String words) {
    static final Cell EMPTY = new Cell("", Mark.UNKNOWN, "");
  }

  private final int id;
  private final ReadOnlyObjectWrapper<NodeInfo> info;
  private final ReadOnlyStringWrapper name = new ReadOnlyStringWrapper("");
  private final ReadOnlyObjectWrapper<Cell> role = new ReadOnlyObjectWrapper<>(Cell.EMPTY);
  private final ReadOnlyObjectWrapper<Cell> status = new ReadOnlyObjectWrapper<>(Cell.EMPTY);
  private final ReadOnlyStringWrapper timeline = new ReadOnlyStringWrapper("");
  private final ReadOnlyStringWrapper received = new ReadOnlyStringWrapper("");
  private final ReadOnlyStringWrapper replayed = new ReadOnlyStringWrapper("");
  private final ReadOnlyStringWrapper lag = new ReadOnlyStringWrapper("");
  private final ReadOnlyStringWrapper version = new ReadOnlyStringWrapper("");
  private final ReadOnlyStringWrapper age = new ReadOnlyStringWrapper("");
  private final ReadOnlyObjectWrapper<Freshness> freshness =
      new ReadOnlyObjectWrapper<>(Freshness.FRESH);

  NodeRow(NodeInfo first) {
    id = first.id();
    info = new ReadOnlyObjectWrapper<>(first);
  }

  void update(NodeInfo node, Duration nodeAge, Texts texts) {
    Locale locale = texts.locale();
    Freshness fresh = Freshness.of(nodeAge);
    boolean unknown = fresh == Freshness.UNKNOWN;
    info.set(node);
    name.set(node.name());
    role.set(
        new Cell(
            Mark.symbolOf(unknown ? NodeRole.UNKNOWN : node.role()),
            unknown || node.role() == NodeRole.UNKNOWN ? Mark.UNKNOWN : Mark.PROGRESS,
            unknown ? texts.text("nodes.unknown") : texts.text("noderole." + node.role().name())));
    status.set(
        unknown
            ? new Cell("", Mark.UNKNOWN, texts.text("nodes.unknown"))
            : new Cell("", Mark.of(node.status()), texts.text("nodestatus." + node.status())));
    timeline.set(node.timeline() < 0 ? "–" : Long.toString(node.timeline()));
    received.set(dashed(node.receivedLsn()));
    replayed.set(dashed(node.replayedLsn()));
    lag.set(lagText(node, locale));
    version.set(dashed(node.serverVersion()));
    age.set(Durations.age(nodeAge, locale));
    freshness.set(fresh);
  }

  static String lagText(NodeInfo node, Locale locale) {
    if (node.role() == NodeRole.PRIMARY || node.replayLagBytes() < 0) {
      return "–";
    }
    String bytes = Durations.bytes(node.replayLagBytes(), locale);
    return node.replayLagMs() < 0
        ? bytes
        : bytes + " · " + Durations.of(Duration.ofMillis(node.replayLagMs()), locale);
  }

  private static String dashed(String text) {
    return text.isEmpty() ? "–" : text;
  }

  public int id() {
    return id;
  }

  public ReadOnlyObjectProperty<NodeInfo> infoProperty() {
    return info.getReadOnlyProperty();
  }

  public ReadOnlyStringProperty nameProperty() {
    return name.getReadOnlyProperty();
  }

  public ReadOnlyObjectProperty<Cell> roleProperty() {
    return role.getReadOnlyProperty();
  }

  public ReadOnlyObjectProperty<Cell> statusProperty() {
    return status.getReadOnlyProperty();
  }

  public ReadOnlyStringProperty timelineProperty() {
    return timeline.getReadOnlyProperty();
  }

  public ReadOnlyStringProperty receivedProperty() {
    return received.getReadOnlyProperty();
  }

  public ReadOnlyStringProperty replayedProperty() {
    return replayed.getReadOnlyProperty();
  }

  public ReadOnlyStringProperty lagProperty() {
    return lag.getReadOnlyProperty();
  }

  public ReadOnlyStringProperty versionProperty() {
    return version.getReadOnlyProperty();
  }

  public ReadOnlyStringProperty ageProperty() {
    return age.getReadOnlyProperty();
  }

  public ReadOnlyObjectProperty<Freshness> freshnessProperty() {
    return freshness.getReadOnlyProperty();
  }
}

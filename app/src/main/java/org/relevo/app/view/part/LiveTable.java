package org.relevo.app.view.part;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.value.ObservableValue;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.control.Tooltip;
import javafx.scene.text.Font;
import javafx.scene.text.FontWeight;
import javafx.scene.text.Text;
import org.jspecify.annotations.Nullable;
import org.relevo.app.frame.StateLabel;
import org.relevo.app.text.Texts;

/// A table whose rows stay while their values change, so that the selection, the scroll position
/// and the person's own sort order survive every refresh.
///
/// Owner: FX thread.
public final class LiveTable<R> {
  /// A row with its present value.
  public static final class Row<R> {
    private final Object key;
    private final ObjectProperty<R> value;

    private Row(Object key, R first) {
      this.key = key;
      value = new SimpleObjectProperty<>(first);
    }

    public R value() {
      return value.get();
    }
  }

  private static final double HEAD_PADDING = 30;

  private record Column<R>(ObservableValue<String> head, Function<R, Cell> cell) {}

  private final Texts texts;
  private final Function<R, Object> keyOf;
  private final TableView<Row<R>> table = new TableView<>();
  private final ObservableList<Row<R>> rows = FXCollections.observableArrayList();
  private final List<Column<R>> columns = new ArrayList<>();
  private List<R> last = List.of();

  /// @param id for tests
  /// @param keyOf what tells rows apart
  public LiveTable(Texts texts, String id, Function<R, Object> keyOf) {
    this.texts = texts;
    this.keyOf = keyOf;
    table.setId(id);
    table.setItems(rows);
    table.getStyleClass().add("live-table");
    table.setFixedCellSize(30);
    texts.localeProperty().addListener((_, _, _) -> again());
  }

  public TableView<Row<R>> node() {
    return table;
  }

  /// What stands in place of rows.
  public LiveTable<R> placeholder(Node node) {
    table.setPlaceholder(node);
    return this;
  }

  /// Adds a column of words.
  public LiveTable<R> column(String headKey, double width, Function<R, Cell> cell) {
    TableColumn<Row<R>, Cell> column = new TableColumn<>();
    ObservableValue<String> head = texts.get(headKey);
    column.textProperty().bind(head);
    column.setId(table.getId() + "-" + headKey);
    // A head is never cut, in whichever language.
    head.subscribe(words -> {
      double least = headWidth(words);
      column.setMinWidth(least);
      column.setPrefWidth(Math.max(width, least));
    });
    column.setComparator(Cell.ORDER);
    column.setCellValueFactory(features -> features.getValue().value.map(cell));
    column.setCellFactory(_ -> new View<>());
    table.getColumns().add(column);
    columns.add(new Column<>(head, cell));
    return this;
  }

  private static double headWidth(String words) {
    Text text = new Text(words);
    text.setFont(Font.font("DejaVu Sans", FontWeight.BOLD, 13));
    return Math.ceil(text.getLayoutBounds().getWidth()) + HEAD_PADDING;
  }

  public LiveTable<R> text(String headKey, double width, Function<R, String> words) {
    return column(headKey, width, row -> Cell.text(words.apply(row)));
  }

  /// Adds a column of figures, sorted by their size.
  public LiveTable<R> figure(
      String headKey, double width, Function<R, Double> number, Function<R, String> words) {
    column(headKey, width, row -> Cell.figure(number.apply(row), words.apply(row)));
    table.getColumns().getLast().getStyleClass().add("figure-column");
    return this;
  }

  /// Shows these rows in this order, unless the person has sorted by a column.
  public void show(List<R> newer) {
    last = List.copyOf(newer);
    Map<Object, Row<R>> known = new HashMap<>();
    rows.forEach(row -> known.put(row.key, row));
    List<Row<R>> wanted = new ArrayList<>();
    Set<Object> seen = new HashSet<>();
    for (R value : newer) {
      Object key = keyOf.apply(value);
      if (!seen.add(key)) {
        continue;
      }
      Row<R> row = known.get(key);
      if (row == null) {
        row = new Row<>(key, value);
      } else if (!row.value.get().equals(value)) {
        row.value.set(value);
      }
      wanted.add(row);
    }
    if (!wanted.equals(rows)) {
      place(wanted, seen);
    }
    if (!table.getSortOrder().isEmpty()) {
      table.sort();
    }
  }

  /// Keeps the selection, which a changed list would lose.
  private void place(List<Row<R>> wanted, Set<Object> keys) {
    Row<R> selected = table.getSelectionModel().getSelectedItem();
    boolean sorted = !table.getSortOrder().isEmpty();
    if (sorted && rows.size() == wanted.size() && keys.containsAll(keysNow())) {
      return;
    }
    rows.setAll(wanted);
    if (selected != null && wanted.contains(selected)) {
      table.getSelectionModel().select(selected);
    }
  }

  private List<Object> keysNow() {
    return rows.stream().map(row -> row.key).toList();
  }

  private void again() {
    List<R> shown = last;
    List<Object> selected =
        table.getSelectionModel().getSelectedItems().stream().map(row -> row.key).toList();
    rows.clear();
    show(shown);
    selected.forEach(this::selectKey);
  }

  public void selectKey(Object key) {
    rows.stream()
        .filter(row -> row.key.equals(key))
        .findFirst()
        .ifPresent(row -> table.getSelectionModel().select(row));
  }

  private Optional<Row<R>> selectedRow() {
    return Optional.ofNullable(table.getSelectionModel().getSelectedItem());
  }

  public Optional<R> selected() {
    return selectedRow().map(Row::value);
  }

  public ReadOnlyObjectProperty<Row<R>> selectedProperty() {
    return table.getSelectionModel().selectedItemProperty();
  }

  public List<R> values() {
    return rows.stream().map(Row::value).toList();
  }

  /// All rows as shown, in the order shown, under the heads as shown.
  public String csv() {
    StringBuilder text = new StringBuilder();
    text.append(Csv.line(columns.stream().map(column -> column.head().getValue()).toList()));
    for (Row<R> row : rows) {
      text.append(Csv.line(columns.stream().map(c -> c.cell().apply(row.value()).text()).toList()));
    }
    return text.toString();
  }

  private static final class View<R> extends TableCell<Row<R>, Cell> {
    private final StateLabel label = new StateLabel();
    private final Tooltip whole = new Tooltip();

    View() {
      // Free texts may be longer than any column: the whole is in the tip.
      getStyleClass().add("may-elide");
      whole.setWrapText(true);
      whole.setMaxWidth(700);
    }

    @Override
    protected void updateItem(@Nullable Cell cell, boolean empty) {
      super.updateItem(cell, empty);
      setGraphic(null);
      setText(null);
      setTooltip(null);
      if (cell == null || empty) {
        return;
      }
      if (cell.mark() == null) {
        setText(cell.text());
      } else {
        label.show(cell.symbol(), cell.mark(), cell.text());
        setGraphic(label);
      }
      setAlignment(
          Double.isNaN(cell.number()) || cell.mark() != null ? Pos.CENTER_LEFT : Pos.CENTER_RIGHT);
      if (cell.text().length() > 24) {
        whole.setText(cell.text());
        setTooltip(whole);
      }
    }
  }
}

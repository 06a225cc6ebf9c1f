package org.relevo.app.view.consistency;

import java.text.NumberFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.css.PseudoClass;
import javafx.fxml.FXML;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressIndicator;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.StackPane;
import org.jspecify.annotations.Nullable;
import org.relevo.app.frame.AppContext;
import org.relevo.app.frame.EmptyState;
import org.relevo.app.frame.FxmlFile;
import org.relevo.app.frame.Screen;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.frame.StateLabel;
import org.relevo.app.text.Texts;
import org.relevo.app.view.part.DataState;
import org.relevo.app.view.part.ExportFile;
import org.relevo.app.view.part.FileTarget;

/// Binds the [ConsistencyViewModel] to a matrix of tables and nodes.
///
/// Owner: FX thread.
// The loader fills the annotated fields before the constructor goes on.
@SuppressWarnings("NullAway.Init")
public final class ConsistencyView implements Screen {
  private static final KeyCombination EXPORT =
      new KeyCodeCombination(KeyCode.E, KeyCombination.SHORTCUT_DOWN);
  private static final Duration EXPORT_DEADLINE = Duration.ofSeconds(20);
  private static final PseudoClass DIFFERENT = PseudoClass.getPseudoClass("different");
  private static final PseudoClass UNCOUNTED = PseudoClass.getPseudoClass("uncounted");
  private static final double TABLE_COLUMN_WIDTH = 300;
  private static final double NODE_COLUMN_WIDTH = 290;

  private final AppContext context;
  private final Texts texts;
  private final FileTarget target;
  private final ConsistencyViewModel viewModel;
  private final Parent root;
  private List<Integer> columnNodes = List.of();

  @FXML private Label title;
  @FXML private CheckBox onlyDifferences;
  @FXML private Button check;
  @FXML private Button export;
  @FXML private Label reason;
  @FXML private StateLabel state;
  @FXML private ProgressIndicator progress;
  @FXML private Label facts;
  @FXML private Label problem;
  @FXML private Label legend;
  @FXML private StackPane holder;
  @FXML private TableView<TableRow> table;

  public ConsistencyView(AppContext context) {
    this(context, FileTarget.dialog());
  }

  ConsistencyView(AppContext context, FileTarget target) {
    this.context = context;
    this.texts = context.texts();
    this.target = target;
    this.viewModel =
        new ConsistencyViewModel(
            context.connection(), context.model(), context.tasks(), texts, context.clock());
    this.root = FxmlFile.load(this);
    title.textProperty().bind(texts.get("consistency.title"));
    onlyDifferences.textProperty().bind(texts.get("consistency.only"));
    onlyDifferences.selectedProperty().bindBidirectional(viewModel.onlyDifferencesProperty());
    check.textProperty().bind(texts.get("consistency.check"));
    check.setOnAction(_ -> viewModel.check());
    export.textProperty().bind(texts.get("consistency.export"));
    export.setOnAction(_ -> export());
    legend.textProperty().bind(texts.get("consistency.legend"));
    table.accessibleTextProperty().bind(texts.get("consistency.table.accessible"));
    holder.getChildren().add(neverChecked());
    root.addEventHandler(KeyEvent.KEY_PRESSED, this::onKey);
    viewModel.revisionProperty().addListener((_, _, _) -> show());
    show();
  }

  @Override
  public String id() {
    return ScreenId.CONSISTENCY.id();
  }

  @Override
  public Node root() {
    return root;
  }

  @Override
  public void shown() {
    viewModel.setVisible(true);
  }

  @Override
  public void hidden() {
    viewModel.setVisible(false);
  }

  @Override
  public void refresh() {
    viewModel.read();
  }

  private Node neverChecked() {
    EmptyState empty =
        new EmptyState(
            "\u2261", texts.get("consistency.empty.title"), texts.get("consistency.empty.text"));
    empty.setId("consistency-empty");
    return empty;
  }

  private void show() {
    String cannot = viewModel.cannotCheck();
    check.setDisable(!cannot.isEmpty());
    set(reason, viewModel.running() ? "" : cannot);
    state.show(viewModel.mark(), viewModel.headline());
    progress.setVisible(viewModel.running());
    progress.setManaged(viewModel.running());
    String earlier = viewModel.showsEarlierResult() ? texts.text("consistency.earlier") + " " : "";
    set(facts, viewModel.facts().isEmpty() ? "" : earlier + viewModel.facts());
    set(problem, viewModel.problem().isEmpty() ? lostText() : viewModel.problem());
    boolean result = viewModel.tableCount() > 0;
    table.setVisible(result);
    legend.setVisible(result);
    export.setDisable(!result);
    onlyDifferences.setDisable(!result);
    holder.getChildren().getLast().setVisible(!result);
    boolean old = viewModel.showsEarlierResult() || !DataState.of(context.model()).current();
    table.getStyleClass().remove("stale");
    if (old) {
      table.getStyleClass().add("stale");
    }
    showRows();
  }

  private String lostText() {
    return switch (DataState.of(context.model())) {
      case DataState.Lost _, DataState.Silent _ -> texts.text("consistency.lost");
      case DataState.Disconnected _, DataState.Loading _, DataState.Live _, DataState.Stale _ -> "";
    };
  }

  private void showRows() {
    List<Integer> nodes = viewModel.nodeIds();
    if (!nodes.equals(columnNodes) || table.getColumns().isEmpty()) {
      columnNodes = nodes;
      List<TableColumn<TableRow, ?>> columns = new ArrayList<>();
      columns.add(nameColumn());
      nodes.forEach(id -> columns.add(nodeColumn(id)));
      table.getColumns().setAll(columns);
    }
    for (int i = 0; i < columnNodes.size(); i++) {
      table.getColumns().get(i + 1).setText(header(columnNodes.get(i)));
    }
    List<TableRow> rows = viewModel.rows();
    if (!rows.equals(table.getItems())) {
      TableRow selected = table.getSelectionModel().getSelectedItem();
      table.getItems().setAll(rows);
      Optional.ofNullable(selected)
          .flatMap(old -> rows.stream().filter(row -> row.name().equals(old.name())).findFirst())
          .ifPresent(row -> table.getSelectionModel().select(row));
    }
    table.setPlaceholder(new Label(texts.text("consistency.filtered")));
  }

  private String header(int nodeId) {
    String name = viewModel.nodeName(nodeId);
    if (nodeId != viewModel.referenceNodeId()) {
      return name;
    }
    return texts.text(
        viewModel.referenceIsPrimary() ? "consistency.reference.primary" : "consistency.reference",
        name);
  }

  private TableColumn<TableRow, String> nameColumn() {
    TableColumn<TableRow, String> column = new TableColumn<>();
    column.textProperty().bind(texts.get("consistency.column.table"));
    column.setCellValueFactory(row -> new ReadOnlyObjectWrapper<>(row.getValue().name()));
    column.setPrefWidth(TABLE_COLUMN_WIDTH);
    return column;
  }

  private TableColumn<TableRow, CountCell> nodeColumn(int nodeId) {
    TableColumn<TableRow, CountCell> column = new TableColumn<>();
    column.setCellValueFactory(
        row -> new ReadOnlyObjectWrapper<>(row.getValue().cell(nodeId).orElse(null)));
    column.setCellFactory(_ -> new CountTableCell());
    column.setPrefWidth(NODE_COLUMN_WIDTH);
    column.setSortable(false);
    return column;
  }

  private void onKey(KeyEvent event) {
    if (EXPORT.match(event) && !export.isDisabled()) {
      export();
      event.consume();
    }
  }

  private void export() {
    target
        .ask(
            root.getScene().getWindow(),
            texts.text("consistency.export.title"),
            "relevo-consistency.csv",
            List.of("csv"))
        .ifPresent(path -> {
          ExportFile file = ExportFile.text(path, viewModel.csv());
          context
              .tasks()
              .run(
                  "export " + path.getFileName(),
                  EXPORT_DEADLINE,
                  file::write,
                  written -> set(problem, texts.text("consistency.export.done", written)),
                  failure ->
                      set(
                          problem,
                          texts.text(
                              "consistency.export.failed", String.valueOf(failure.getMessage()))));
        });
  }

  private static void set(Label label, String text) {
    label.setText(text);
    label.setVisible(!text.isEmpty());
    label.setManaged(!text.isEmpty());
  }

  /// Symbol and number; a difference is bold on its own background as well.
  private final class CountTableCell extends TableCell<TableRow, CountCell> {
    CountTableCell() {
      getStyleClass().add("count-cell");
    }

    @Override
    protected void updateItem(@Nullable CountCell cell, boolean empty) {
      super.updateItem(cell, empty);
      pseudoClassStateChanged(
          DIFFERENT, cell != null && cell.verdict() == CountCell.Verdict.DIFFERENT);
      pseudoClassStateChanged(UNCOUNTED, cell != null && cell.rows() < 0);
      if (empty || cell == null) {
        setText("");
        setTooltip(null);
        return;
      }
      setText(cell.verdict().symbol() + " " + number(cell));
      setTooltip(cell.problem().isEmpty() ? null : new Tooltip(cell.problem()));
    }

    private String number(CountCell cell) {
      if (cell.rows() < 0) {
        return texts.text("consistency.uncounted");
      }
      NumberFormat format = NumberFormat.getIntegerInstance(texts.locale());
      String rows = format.format(cell.rows());
      if (cell.verdict() != CountCell.Verdict.DIFFERENT) {
        return rows;
      }
      String sign = cell.difference() > 0 ? "+" : "\u2212";
      return rows + "  (" + sign + format.format(Math.abs(cell.difference())) + ")";
    }
  }
}

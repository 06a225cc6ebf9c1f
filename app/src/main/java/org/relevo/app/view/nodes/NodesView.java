package org.relevo.app.view.nodes;

import java.util.List;
import java.util.function.Function;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.ObjectBinding;
import javafx.beans.value.ObservableValue;
import javafx.collections.ListChangeListener;
import javafx.collections.ObservableList;
import javafx.fxml.FXML;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableRow;
import javafx.scene.control.TableView;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;
import org.relevo.app.frame.AppContext;
import org.relevo.app.frame.EmptyState;
import org.relevo.app.frame.FxmlFile;
import org.relevo.app.frame.Screen;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.frame.StateLabel;
import org.relevo.app.model.Freshness;
import org.relevo.app.text.Texts;

/// Table of nodes above the selected node's details.
///
/// Owner: FX thread.
// The loader fills the annotated fields before the constructor goes on.
@SuppressWarnings("NullAway.Init")
public final class NodesView implements Screen {

  private final AppContext context;
  private final NodesViewModel viewModel;
  private final Parent root;

  @FXML private Label title;
  @FXML private TableView<NodeRow> table;
  @FXML private TableColumn<NodeRow, String> nameColumn;
  @FXML private TableColumn<NodeRow, NodeRow.Cell> roleColumn;
  @FXML private TableColumn<NodeRow, NodeRow.Cell> statusColumn;
  @FXML private TableColumn<NodeRow, String> timelineColumn;
  @FXML private TableColumn<NodeRow, String> receivedColumn;
  @FXML private TableColumn<NodeRow, String> replayedColumn;
  @FXML private TableColumn<NodeRow, String> lagColumn;
  @FXML private TableColumn<NodeRow, String> versionColumn;
  @FXML private TableColumn<NodeRow, String> ageColumn;
  @FXML private VBox detail;
  @FXML private Label detailTitle;
  @FXML private StateLabel agreement;
  @FXML private Label refusal;
  @FXML private Button switchover;
  @FXML private Button recover;
  @FXML private Button detach;
  @FXML private Button attach;
  @FXML private Label serviceTitle;
  @FXML private GridPane serviceFacts;
  @FXML private Label postgresTitle;
  @FXML private GridPane postgresFacts;

  public NodesView(AppContext context) {
    this.context = context;
    viewModel = new NodesViewModel(context.model(), context.texts(), context.clock());
    root = FxmlFile.load(this);
    bindTable();
    bindDetail();
  }

  @Override
  public String id() {
    return ScreenId.NODES.id();
  }

  @Override
  public Node root() {
    return root;
  }

  @Override
  public void shown() {
    if (table.getSelectionModel().isEmpty() && !viewModel.rows().isEmpty()) {
      table.getSelectionModel().selectFirst();
    }
    table.requestFocus();
  }

  @Override
  public void hidden() {}

  @Override
  public void about(int nodeId) {
    viewModel.rows().stream()
        .filter(r -> r.id() == nodeId)
        .findFirst()
        .ifPresent(r -> table.getSelectionModel().select(r));
  }

  private void bindTable() {
    Texts texts = context.texts();
    title.textProperty().bind(texts.get("nodes.title"));
    text(nameColumn, "nodes.name", NodeRow::nameProperty);
    text(timelineColumn, "nodes.timeline", NodeRow::timelineProperty);
    text(receivedColumn, "nodes.received", NodeRow::receivedProperty);
    text(replayedColumn, "nodes.replayed", NodeRow::replayedProperty);
    text(lagColumn, "nodes.lag", NodeRow::lagProperty);
    text(versionColumn, "nodes.version", NodeRow::versionProperty);
    text(ageColumn, "nodes.age", NodeRow::ageProperty);
    for (TableColumn<NodeRow, String> column : List.of(receivedColumn, replayedColumn)) {
      column.getStyleClass().add("mono");
    }
    state(roleColumn, "nodes.role", NodeRow::roleProperty);
    state(statusColumn, "nodes.status", NodeRow::statusProperty);
    table.setItems(viewModel.rows());
    table.setRowFactory(_ -> new Row());
    table.setPlaceholder(
        new EmptyState("▤", texts.get("nodes.empty"), texts.get("nodes.empty.text")));
    viewModel.selectedProperty().bind(table.getSelectionModel().selectedItemProperty());
    viewModel
        .rows()
        .addListener(
            (ListChangeListener<NodeRow>)
                _ -> {
                  if (table.getSelectionModel().isEmpty() && !viewModel.rows().isEmpty()) {
                    table.getSelectionModel().selectFirst();
                  }
                });
  }

  private void bindDetail() {
    Texts texts = context.texts();
    detail.visibleProperty().bind(viewModel.selectedProperty().isNotNull());
    detail.managedProperty().bind(detail.visibleProperty());
    ObjectBinding<String> name =
        Bindings.createObjectBinding(
            () -> {
              NodeRow row = viewModel.selectedProperty().get();
              return row == null ? "" : row.nameProperty().get();
            },
            viewModel.selectedProperty());
    detailTitle.textProperty().bind(texts.get("nodes.detail", name));
    agreement.markProperty().bind(viewModel.agreementProperty().map(NodeRow.Cell::mark));
    agreement.wordsProperty().bind(viewModel.agreementProperty().map(NodeRow.Cell::words));
    refusal.textProperty().bind(viewModel.refusalProperty());
    switchover.textProperty().bind(texts.get("nodes.switchover"));
    switchover.disableProperty().bind(viewModel.refusalProperty().map(why -> !why.isEmpty()));
    switchover.setOnAction(_ -> askSwitchover());
    act(recover, "RECOVERY");
    act(detach, "DETACH");
    act(attach, "ATTACH");
    serviceTitle.textProperty().bind(texts.get("nodes.service-view"));
    postgresTitle.textProperty().bind(texts.get("nodes.postgres-view"));
    keep(serviceFacts, viewModel.serviceFacts());
    keep(postgresFacts, viewModel.postgresFacts());
  }

  private void act(Button button, String act) {
    button.textProperty().bind(context.texts().get("act." + act + ".start"));
    button.setOnAction(_ -> {
      NodeRow row = viewModel.selectedProperty().get();
      if (row != null) {
        context.navigator().ask(ScreenId.OPERATIONS, act, row.id());
      }
    });
  }

  private void askSwitchover() {
    NodeRow row = viewModel.selectedProperty().get();
    if (row != null) {
      context.navigator().showFor(ScreenId.SWITCHOVER, row.id());
    }
  }

  private void text(
      TableColumn<NodeRow, String> column,
      String key,
      Function<NodeRow, ObservableValue<String>> value) {
    column.textProperty().bind(context.texts().get(key));
    column.setCellValueFactory(features -> value.apply(features.getValue()));
  }

  private void state(
      TableColumn<NodeRow, NodeRow.Cell> column,
      String key,
      Function<NodeRow, ObservableValue<NodeRow.Cell>> value) {
    column.textProperty().bind(context.texts().get(key));
    column.setCellValueFactory(features -> value.apply(features.getValue()));
    column.setCellFactory(_ -> new StateCell());
  }

  private static void keep(GridPane grid, ObservableList<NodesViewModel.Fact> facts) {
    facts.addListener((ListChangeListener<NodesViewModel.Fact>) _ -> fill(grid, facts));
    fill(grid, facts);
  }

  private static void fill(GridPane grid, List<NodesViewModel.Fact> facts) {
    if (grid.getChildren().size() != facts.size() * 2) {
      grid.getChildren().clear();
      for (int i = 0; i < facts.size(); i++) {
        Label name = new Label();
        name.getStyleClass().add("muted");
        name.setMinWidth(Region.USE_PREF_SIZE);
        Label value = new Label();
        value.setWrapText(true);
        value.setMinHeight(Region.USE_PREF_SIZE);
        GridPane.setHgrow(value, Priority.ALWAYS);
        grid.addRow(i, name, value);
      }
    }
    for (int i = 0; i < facts.size(); i++) {
      ((Label) grid.getChildren().get(2 * i)).setText(facts.get(i).name());
      ((Label) grid.getChildren().get(2 * i + 1)).setText(facts.get(i).value());
    }
  }

  /// Dims rows whose values are old.
  private static final class Row extends TableRow<NodeRow> {
    @Override
    protected void updateItem(@Nullable NodeRow row, boolean empty) {
      super.updateItem(row, empty);
      opacityProperty().unbind();
      setOpacity(1);
      if (row != null && !empty) {
        opacityProperty().bind(row.freshnessProperty().map(f -> f == Freshness.FRESH ? 1.0 : 0.8));
      }
    }
  }

  private static final class StateCell extends TableCell<NodeRow, NodeRow.Cell> {
    private final StateLabel label = new StateLabel();

    @Override
    protected void updateItem(NodeRow.@Nullable Cell cell, boolean empty) {
      super.updateItem(cell, empty);
      if (cell == null || empty) {
        setGraphic(null);
        return;
      }
      label.show(cell.symbol(), cell.mark(), cell.words());
      setGraphic(label);
    }
  }
}

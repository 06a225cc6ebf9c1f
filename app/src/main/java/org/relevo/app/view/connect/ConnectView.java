package org.relevo.app.view.connect;

import javafx.fxml.FXML;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ChoiceBox;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.PasswordField;
import javafx.scene.control.ProgressIndicator;
import javafx.scene.control.TextField;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.util.StringConverter;
import org.jspecify.annotations.Nullable;
import org.relevo.app.frame.AppContext;
import org.relevo.app.frame.EmptyState;
import org.relevo.app.frame.FxmlFile;
import org.relevo.app.frame.Screen;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.frame.StateLabel;
import org.relevo.app.model.ConnectionState;
import org.relevo.app.model.Environment;
import org.relevo.app.model.Mark;
import org.relevo.app.remote.ConnectFailure;
import org.relevo.app.settings.StoredConnection;
import org.relevo.app.text.Texts;
import org.relevo.app.view.connect.ConnectViewModel.Field;

/// The form on the left, stored connections on the right.
///
/// Owner: FX thread.
// The loader fills the annotated fields before the constructor goes on.
@SuppressWarnings("NullAway.Init")
public final class ConnectView implements Screen {
  private final AppContext context;
  private final ConnectViewModel viewModel;
  private final Parent root;

  @FXML private Label title;
  @FXML private Label text;
  @FXML private Label serviceTitle;
  @FXML private GridPane serviceForm;
  @FXML private CheckBox tunnelled;
  @FXML private GridPane tunnelForm;
  @FXML private VBox problemBox;
  @FXML private StateLabel problemState;
  @FXML private Label problem;
  @FXML private Label problemDetail;
  @FXML private Button accept;
  @FXML private Button connect;
  @FXML private Button cancel;
  @FXML private Button disconnect;
  @FXML private ProgressIndicator progress;
  @FXML private CheckBox remember;
  @FXML private Label storedTitle;
  @FXML private ListView<StoredConnection> stored;
  @FXML private Button use;
  @FXML private Button forget;

  public ConnectView(AppContext context, ConnectViewModel viewModel) {
    this.context = context;
    this.viewModel = viewModel;
    root = FxmlFile.load(this);
    Texts texts = context.texts();
    title.textProperty().bind(texts.get("connect.title"));
    text.textProperty().bind(texts.get("connect.text"));
    serviceTitle.textProperty().bind(texts.get("connect.service"));
    buildForms();
    bindButtons();
    bindProblem();
    bindStored();
  }

  @Override
  public String id() {
    return ScreenId.CONNECT.id();
  }

  @Override
  public Node root() {
    return root;
  }

  @Override
  public void shown() {
    Node first = root.lookup("#field-" + Field.HOST.name());
    if (first != null) {
      first.requestFocus();
    }
  }

  @Override
  public void hidden() {}

  private void buildForms() {
    addField(serviceForm, 0, Field.HOST, new TextField());
    addField(serviceForm, 1, Field.PORT, new TextField());
    addField(serviceForm, 2, Field.USER, new TextField());
    addField(serviceForm, 3, Field.PASSWORD, new PasswordField());
    addField(serviceForm, 4, Field.CERTIFICATE, new TextField());
    addEnvironment();
    addField(tunnelForm, 0, Field.SSH_HOST, new TextField());
    addField(tunnelForm, 1, Field.SSH_PORT, new TextField());
    addField(tunnelForm, 2, Field.SSH_USER, new TextField());
    addField(tunnelForm, 3, Field.SSH_PASSWORD, new PasswordField());
    addField(tunnelForm, 4, Field.SSH_KEY, new TextField());
    tunnelled.textProperty().bind(context.texts().get("connect.tunnelled"));
    tunnelled.selectedProperty().bindBidirectional(viewModel.tunnelledProperty());
    tunnelForm.visibleProperty().bind(viewModel.tunnelledProperty());
    tunnelForm.managedProperty().bind(viewModel.tunnelledProperty());
  }

  private void addEnvironment() {
    Texts texts = context.texts();
    ChoiceBox<Environment> choice = new ChoiceBox<>();
    choice.setId("environment-choice");
    choice.getItems().setAll(Environment.values());
    choice.setConverter(new EnvironmentNames(texts));
    texts.localeProperty().addListener(_ -> choice.setConverter(new EnvironmentNames(texts)));
    choice.valueProperty().bindBidirectional(viewModel.environmentProperty());
    Label caption = new Label();
    caption.textProperty().bind(texts.get("connect.environment"));
    caption.setMinWidth(Region.USE_PREF_SIZE);
    caption.setLabelFor(choice);
    serviceForm.addRow(10, caption, choice);
  }

  private static final class EnvironmentNames extends StringConverter<Environment> {
    private final Texts texts;

    EnvironmentNames(Texts texts) {
      this.texts = texts;
    }

    @Override
    public String toString(@Nullable Environment value) {
      return value == null ? "" : texts.text(value.textKey());
    }

    @Override
    public Environment fromString(String name) {
      return Environment.of(name);
    }
  }

  /// A caption, the field, and below it what to enter when it is wrong.
  private void addField(GridPane form, int row, Field field, TextField input) {
    Texts texts = context.texts();
    Label caption = new Label();
    caption.textProperty().bind(texts.get("connect.field." + field.name()));
    caption.setMinWidth(Region.USE_PREF_SIZE);
    caption.setLabelFor(input);
    input.setId("field-" + field.name());
    input.textProperty().bindBidirectional(viewModel.field(field));
    input.promptTextProperty().bind(texts.get("connect.prompt." + field.name()));
    input.disableProperty().bind(viewModel.connectingProperty());
    GridPane.setHgrow(input, Priority.ALWAYS);
    Label message = new Label();
    message.setId("message-" + field.name());
    message.getStyleClass().add("field-message");
    message
        .textProperty()
        .bind(
            texts.made(
                () -> {
                  String key = viewModel.messageProperty(field).get();
                  return key.isEmpty() ? "" : Mark.CRITICAL.symbol() + " " + texts.text(key);
                },
                viewModel.messageProperty(field)));
    message.visibleProperty().bind(message.textProperty().isNotEmpty());
    message.managedProperty().bind(message.visibleProperty());
    form.add(caption, 0, row * 2);
    form.add(input, 1, row * 2);
    form.add(message, 1, row * 2 + 1);
  }

  private void bindButtons() {
    Texts texts = context.texts();
    connect.textProperty().bind(texts.get("connect.connect"));
    connect.disableProperty().bind(viewModel.connectingProperty());
    connect.setOnAction(_ -> viewModel.connect());
    cancel.textProperty().bind(texts.get("connect.cancel"));
    cancel.visibleProperty().bind(viewModel.connectingProperty());
    cancel.managedProperty().bind(cancel.visibleProperty());
    cancel.setCancelButton(true);
    cancel.setOnAction(_ -> viewModel.cancel());
    disconnect.textProperty().bind(texts.get("connect.disconnect"));
    disconnect
        .visibleProperty()
        .bind(context.model().connectionProperty().map(ConnectView::established));
    disconnect.managedProperty().bind(disconnect.visibleProperty());
    disconnect.setOnAction(_ -> viewModel.disconnect());
    progress.visibleProperty().bind(viewModel.connectingProperty());
    progress.managedProperty().bind(progress.visibleProperty());
    remember.textProperty().bind(texts.get("connect.remember"));
    remember.selectedProperty().bindBidirectional(viewModel.rememberProperty());
  }

  private static boolean established(ConnectionState state) {
    return state instanceof ConnectionState.Connected || state instanceof ConnectionState.Lost;
  }

  private void bindProblem() {
    Texts texts = context.texts();
    problemBox.visibleProperty().bind(viewModel.failureProperty().isNotNull());
    problemBox.managedProperty().bind(problemBox.visibleProperty());
    accept.setOnAction(_ -> viewModel.accept());
    accept.managedProperty().bind(accept.visibleProperty());
    viewModel.failureProperty().addListener((_, _, _) -> showFailure());
    texts.localeProperty().addListener((_, _, _) -> showFailure());
    showFailure();
  }

  private void showFailure() {
    ConnectFailure failure = viewModel.failureProperty().get();
    if (failure == null) {
      return;
    }
    Texts texts = context.texts();
    boolean question =
        failure.kind() == ConnectFailure.Kind.UNKNOWN_CERTIFICATE
            || failure.kind() == ConnectFailure.Kind.SSH_UNKNOWN_HOST_KEY;
    problemState.show(
        question ? Mark.WARN : Mark.CRITICAL,
        texts.text(question ? "connect.question" : "connect.failed"));
    problem.setText(texts.text("connect.failure." + failure.kind().name(), failure.place()));
    problemDetail.setText(
        failure.fingerprint().isEmpty() ? failure.detail() : failure.fingerprint());
    accept.setText(texts.text("connect.accept"));
    accept.setVisible(question);
  }

  private void bindStored() {
    Texts texts = context.texts();
    storedTitle.textProperty().bind(texts.get("connect.stored"));
    stored.setItems(viewModel.stored());
    stored.setCellFactory(_ -> new StoredCell());
    stored.setPlaceholder(
        new EmptyState("☆", texts.get("connect.stored.empty"), texts.get("connect.stored.text")));
    stored.setOnMouseClicked(click -> {
      if (click.getClickCount() == 2) {
        useSelected();
      }
    });
    use.textProperty().bind(texts.get("connect.use"));
    use.disableProperty().bind(stored.getSelectionModel().selectedItemProperty().isNull());
    use.setOnAction(_ -> useSelected());
    forget.textProperty().bind(texts.get("connect.forget"));
    forget.disableProperty().bind(use.disableProperty());
    forget.setOnAction(_ -> {
      StoredConnection chosen = stored.getSelectionModel().getSelectedItem();
      if (chosen != null) {
        viewModel.forget(chosen);
      }
    });
  }

  private void useSelected() {
    StoredConnection chosen = stored.getSelectionModel().getSelectedItem();
    if (chosen != null) {
      viewModel.use(chosen);
    }
  }

  private static final class StoredCell extends ListCell<StoredConnection> {
    @Override
    protected void updateItem(@Nullable StoredConnection item, boolean empty) {
      super.updateItem(item, empty);
      setText(item == null || empty ? "" : item.name());
    }
  }
}

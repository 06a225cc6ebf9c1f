package org.relevo.app.view.statements;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ChoiceBox;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.TextField;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.util.StringConverter;
import org.jspecify.annotations.Nullable;
import org.relevo.app.frame.AppContext;
import org.relevo.app.frame.EmptyState;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.text.Texts;
import org.relevo.app.view.part.LiveTable;
import org.relevo.app.view.part.Page;
import org.relevo.app.view.part.PolledScreen;
import org.relevo.app.view.part.Poller;
import org.relevo.app.view.switchover.Questions;
import org.relevo.jmx.contract.Role;
import org.relevo.jmx.contract.RouteExplanation;
import org.relevo.jmx.contract.StatementInfo;
import org.relevo.jmx.contract.StatementNode;
import org.relevo.jmx.contract.StatementOrder;

/// Statements by what they cost, the share of each node, and where a statement would go.
///
/// Owner: FX thread.
public final class StatementsView extends PolledScreen {
  private static final Duration PERIOD = Duration.ofSeconds(2);
  private static final int ROWS = 200;

  private final AppContext context;
  private final Texts texts;
  private final Questions questions;
  private final Poller<List<StatementInfo>> poller;
  private final LiveTable<StatementInfo> table;
  private final ChoiceBox<StatementOrder> order = new ChoiceBox<>();
  private final GridPane balance = new GridPane();
  private final TextField sql = new TextField();
  private final Label route = new Label();
  private final Page page;
  private volatile StatementOrder wanted = StatementOrder.TOTAL_TIME;

  public StatementsView(AppContext context) {
    super(ScreenId.STATEMENTS);
    this.context = context;
    texts = context.texts();
    questions = new Questions(context);
    poller =
        new Poller<>(
            context, "statements", PERIOD, s -> s.statements().top(ROWS, wanted), this::show);
    table = table();
    page = new Page(context, "statements.title");
    order.accessibleTextProperty().bind(texts.get("choice.order"));
    order.getItems().setAll(StatementOrder.values());
    order.setValue(wanted);
    order.setConverter(new OrderNames());
    order
        .valueProperty()
        .addListener((_, _, chosen) -> {
          wanted = chosen;
          poller.now();
        });
    Button reset = page.button("statements-reset", "statements.reset", this::reset);
    reset
        .disableProperty()
        .bind(context.model().roleProperty().map(role -> !role.includes(Role.OPERATOR)));
    page.tool(order).tool(page.pause(poller)).tool(reset);
    page.problem(poller.problemProperty()).problem(questions.problemProperty());
    page.body(table.node());
    page.line(new HBox(14, balanceCard(), routeCard()));
    texts.localeProperty().addListener((_, _, _) -> order.setConverter(new OrderNames()));
  }

  @Override
  protected Page page() {
    return page;
  }

  @Override
  protected Poller<?> poller() {
    return poller;
  }

  @Override
  public Optional<String> csv() {
    return Optional.of(table.csv());
  }

  private LiveTable<StatementInfo> table() {
    LiveTable<StatementInfo> made =
        new LiveTable<>(
            texts, "statements-table", s -> s.fingerprint() + s.database() + "|" + s.user());
    made.text("statements.text", 330, StatementInfo::text)
        .text("statements.database", 90, StatementInfo::database)
        .figure("statements.calls", 80, s -> (double) s.calls(), s -> count(s.calls()))
        .figure("statements.errors", 70, s -> (double) s.errors(), s -> count(s.errors()))
        .figure("statements.rows", 80, s -> (double) s.rows(), s -> count(s.rows()))
        .figure("statements.total", 90, StatementInfo::totalMs, s -> ms(s.totalMs()))
        .figure("statements.mean", 80, StatementInfo::meanMs, s -> ms(s.meanMs()))
        .figure("statements.p99", 80, StatementInfo::p99Ms, s -> ms(s.p99Ms()))
        .text("statements.nodes", 200, this::nodes);
    made.placeholder(
        new EmptyState("∑", texts.get("statements.none"), texts.get("statements.none.text")));
    return made;
  }

  private String count(long value) {
    return String.format(texts.locale(), "%,d", value);
  }

  private String ms(double value) {
    if (value >= 10_000) {
      return String.format(texts.locale(), "%,.1f s", value / 1000);
    }
    return String.format(texts.locale(), value < 10 ? "%.2f ms" : "%,.0f ms", value);
  }

  private String nodes(StatementInfo statement) {
    List<String> parts = new ArrayList<>();
    for (StatementNode node : statement.nodes()) {
      parts.add(context.model().nodeName(node.nodeId()) + " " + count(node.calls()));
    }
    return String.join(" · ", parts);
  }

  private Node balanceCard() {
    balance.setHgap(12);
    balance.setVgap(6);
    VBox card = new VBox(8, caption("statements.balance"), balance);
    card.getStyleClass().add("card");
    card.setPrefWidth(420);
    card.setMinWidth(Region.USE_PREF_SIZE);
    return card;
  }

  private Node routeCard() {
    sql.setId("route-sql");
    sql.promptTextProperty().bind(texts.get("statements.route.prompt"));
    sql.setOnAction(_ -> explain());
    Button explain = page.button("route-explain", "statements.route.go", this::explain);
    HBox.setHgrow(sql, Priority.ALWAYS);
    route.setId("route-answer");
    route.setWrapText(true);
    route.setMinHeight(60);
    VBox card = new VBox(8, caption("statements.route"), new HBox(8, sql, explain), route);
    card.getStyleClass().add("card");
    HBox.setHgrow(card, Priority.ALWAYS);
    return card;
  }

  private Label caption(String key) {
    Label label = new Label();
    label.getStyleClass().add("section-title");
    label.textProperty().bind(texts.get(key));
    return label;
  }

  private void show(List<StatementInfo> statements) {
    table.show(statements);
    Map<Integer, Long> calls = new TreeMap<>();
    context.model().nodes().forEach(node -> calls.put(node.id(), 0L));
    for (StatementInfo statement : statements) {
      statement.nodes().forEach(node -> calls.merge(node.nodeId(), node.calls(), Long::sum));
    }
    long all = Math.max(1, calls.values().stream().mapToLong(Long::longValue).sum());
    balance.getChildren().clear();
    calls.forEach((node, number) -> {
      ProgressBar bar = new ProgressBar((double) number / all);
      bar.setPrefWidth(170);
      Label share =
          new Label(String.format(texts.locale(), "%,d  (%.1f %%)", number, 100.0 * number / all));
      balance.addRow(balance.getRowCount(), new Label(context.model().nodeName(node)), bar, share);
    });
  }

  private void reset() {
    questions.ask(
        "statements-reset",
        service -> {
          service.statements().reset();
          return true;
        },
        _ -> poller.now());
  }

  private void explain() {
    String text = sql.getText();
    questions.ask(
        "explain-route",
        service -> service.routing().explainRoute(text, "", ""),
        answer -> route.setText(words(answer)));
  }

  private String words(RouteExplanation answer) {
    String node = answer.nodeName().isEmpty() ? answer.target() : answer.nodeName();
    return texts.text("statements.route.answer", node, answer.reason(), answer.rule());
  }

  private final class OrderNames extends StringConverter<StatementOrder> {
    @Override
    public String toString(@Nullable StatementOrder value) {
      return value == null ? "" : texts.text("statements.order." + value.name());
    }

    @Override
    public StatementOrder fromString(String name) {
      return StatementOrder.valueOf(name.toUpperCase(Locale.ROOT));
    }
  }
}

package org.relevo.app.view.benchmark;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.Tab;
import javafx.scene.control.TabPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.relevo.app.frame.AppContext;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.view.part.Ask;
import org.relevo.app.view.part.Page;
import org.relevo.app.view.part.PolledScreen;
import org.relevo.app.view.part.Poller;
import org.relevo.app.view.part.TimeTools;
import org.relevo.app.view.switchover.Questions;
import org.relevo.jmx.contract.BenchmarkEngine;
import org.relevo.jmx.contract.BenchmarkRun;
import org.relevo.jmx.contract.BenchmarkScript;

/// The benchmark: a form and the run of the moment, and the kept runs. A run belongs to the
/// service: it goes on when this window is closed.
///
/// Owner: FX thread.
public final class BenchmarkView extends PolledScreen {
  private static final Duration PERIOD = Duration.ofSeconds(3);

  private final Poller<Answer> poller;
  private final Page page;
  private final BenchmarkForm form;
  private final LivePane live;
  private final RunsPane runs;
  private final TabPane tabs = new TabPane();

  private record Answer(
      List<BenchmarkEngine> engines, List<BenchmarkScript> scripts, List<BenchmarkRun> runs) {}

  public BenchmarkView(AppContext context) {
    super(ScreenId.BENCHMARK);
    Questions questions = new Questions(context);
    Ask ask = new Ask(context.texts());
    form = new BenchmarkForm(context, questions, ask);
    live = new LivePane(context);
    runs = new RunsPane(context, questions, ask);
    poller =
        new Poller<>(
            context,
            "benchmark",
            PERIOD,
            service ->
                new Answer(
                    service.benchmark().getEngines(),
                    service.benchmark().getScripts(),
                    service.benchmark().getRuns()),
            answer -> {
              form.offer(answer.engines(), answer.scripts());
              runs.show(answer.runs());
            });
    page = new Page(context, "benchmark.title");
    page.tool(new TimeTools(context.texts(), context.time(), "benchmark").node());
    page.problem(poller.problemProperty()).problem(questions.problemProperty());
    page.line(ask.node());
    ScrollPane scroll = new ScrollPane(form.root());
    scroll.getStyleClass().add("edge-to-edge");
    scroll.setFitToWidth(true);
    scroll.setHbarPolicy(ScrollPane.ScrollBarPolicy.NEVER);
    scroll.setMinWidth(385);
    scroll.setPrefWidth(385);
    tabs.setId("pages-benchmark");
    tabs.setTabClosingPolicy(TabPane.TabClosingPolicy.UNAVAILABLE);
    tab(context, "benchmark.tab.run", new HBox(14, scroll, live.root()));
    tab(context, "benchmark.tab.runs", runs.root());
    page.body(tabs);
  }

  private void tab(AppContext context, String key, Node content) {
    Tab tab = new Tab();
    tab.textProperty().bind(context.texts().get(key));
    VBox box = new VBox(content);
    box.getStyleClass().add("tab-body");
    VBox.setVgrow(content, javafx.scene.layout.Priority.ALWAYS);
    tab.setContent(box);
    tabs.getTabs().add(tab);
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
  public void shown() {
    super.shown();
    live.live(true);
  }

  @Override
  public void hidden() {
    live.live(false);
    super.hidden();
  }

  @Override
  public Optional<String> csv() {
    return Optional.of(runs.csv());
  }
}

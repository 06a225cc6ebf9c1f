package org.relevo.app.view.configuration;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.TextArea;
import javafx.scene.control.TextField;
import org.relevo.app.frame.AppContext;
import org.relevo.app.frame.EmptyState;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.model.Mark;
import org.relevo.app.text.Texts;
import org.relevo.app.view.part.Cell;
import org.relevo.app.view.part.LiveTable;
import org.relevo.app.view.part.Page;
import org.relevo.app.view.part.PolledScreen;
import org.relevo.app.view.part.Poller;
import org.relevo.app.view.switchover.Questions;
import org.relevo.jmx.contract.ConfigChange;
import org.relevo.jmx.contract.ConfigOutcome;
import org.relevo.jmx.contract.ConfigSetting;
import org.relevo.jmx.contract.Role;

/// Every setting with value, default, place in the file and whether it waits for a restart; what a
/// reload would do, and the reload.
///
/// Owner: FX thread.
public final class ConfigurationView extends PolledScreen {
  private static final Duration PERIOD = Duration.ofSeconds(10);

  private final Texts texts;
  private final Questions questions;
  private final Poller<Answer> poller;
  private final LiveTable<ConfigSetting> table;
  private final TextField filter = new TextField();
  private final CheckBox setOnly = new CheckBox();
  private final TextArea outcome = new TextArea();
  private final Label description = new Label();
  private final Page page;
  private List<ConfigSetting> all = List.of();

  private record Answer(String file, List<ConfigSetting> settings) {}

  public ConfigurationView(AppContext context) {
    super(ScreenId.CONFIGURATION);
    texts = context.texts();
    questions = new Questions(context);
    poller =
        new Poller<>(
            context,
            "configuration",
            PERIOD,
            s -> new Answer(s.config().getFile(), s.config().getSettings()),
            this::show);
    table = table();
    page = new Page(context, "configuration.title");
    Button check = page.button("config-check", "configuration.check", () -> ask(false));
    Button reload = page.button("config-reload", "configuration.reload", () -> ask(true));
    reload.getStyleClass().add("accent");
    reload
        .disableProperty()
        .bind(context.model().roleProperty().map(role -> !role.includes(Role.ADMIN)));
    filter.setId("config-filter");
    filter.promptTextProperty().bind(texts.get("configuration.filter"));
    filter.textProperty().addListener((_, _, _) -> filtered());
    setOnly.textProperty().bind(texts.get("configuration.set-only"));
    setOnly.setId("config-set-only");
    setOnly.selectedProperty().addListener((_, _, _) -> filtered());
    page.tool(filter).tool(setOnly).tool(check).tool(reload);
    page.problem(poller.problemProperty()).problem(questions.problemProperty());
    page.body(table.node());
    description.setWrapText(true);
    description.getStyleClass().add("muted");
    page.line(description);
    outcome.setId("config-outcome");
    outcome.setEditable(false);
    outcome.setWrapText(true);
    outcome.setPrefRowCount(7);
    outcome.setVisible(false);
    outcome.setManaged(false);
    page.line(outcome);
    table
        .selectedProperty()
        .addListener(
            (_, _, row) -> description.setText(row == null ? "" : row.value().description()));
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

  private LiveTable<ConfigSetting> table() {
    LiveTable<ConfigSetting> made =
        new LiveTable<>(texts, "config-table", s -> s.section() + "|" + s.name());
    made.text("configuration.name", 270, ConfigSetting::name)
        .text("configuration.value", 230, ConfigSetting::value)
        .text("configuration.default", 150, ConfigSetting::defaultValue)
        .text("configuration.place", 160, s -> place(s))
        .column("configuration.state", 200, this::state);
    made.placeholder(
        new EmptyState("✎", texts.get("configuration.none"), texts.get("configuration.none.text")));
    return made;
  }

  private static String place(ConfigSetting setting) {
    String place = setting.place();
    return place.substring(place.lastIndexOf('/') + 1);
  }

  private Cell state(ConfigSetting setting) {
    if (setting.awaitsRestart()) {
      return Cell.state(Mark.WARN, texts.text("configuration.awaits"));
    }
    return setting.reloadable()
        ? Cell.state("↻", Mark.OK, texts.text("configuration.reloadable"))
        : Cell.state("◼", Mark.UNKNOWN, texts.text("configuration.restart"));
  }

  private void show(Answer answer) {
    all = answer.settings();
    page.note().setText(answer.file());
    filtered();
  }

  private void filtered() {
    String wanted = filter.getText().strip().toLowerCase(Locale.ROOT);
    table.show(
        all.stream()
            .filter(s -> !setOnly.isSelected() || !s.place().isEmpty())
            .filter(s ->
                s.name().contains(wanted)
                    || s.value().toLowerCase(Locale.ROOT).contains(wanted)
                    || s.description().toLowerCase(Locale.ROOT).contains(wanted))
            .toList());
  }

  private void ask(boolean reload) {
    questions.ask(
        reload ? "reload" : "check-config",
        service -> reload ? service.config().reload() : service.config().check(),
        answer -> {
          outcome.setText(words(answer, reload));
          outcome.setVisible(true);
          outcome.setManaged(true);
          poller.now();
        });
  }

  private String words(ConfigOutcome answer, boolean reload) {
    StringBuilder text = new StringBuilder();
    String head =
        !answer.problems().isEmpty()
            ? "configuration.refused"
            : answer.changes().isEmpty()
                ? "configuration.same"
                : reload ? "configuration.applied" : "configuration.would";
    text.append(texts.text(head)).append('\n');
    answer.problems().forEach(line -> text.append("✖ ").append(line).append('\n'));
    for (ConfigChange change : answer.changes()) {
      text.append("• ")
          .append(change.name())
          .append("  ")
          .append(change.before())
          .append(" → ")
          .append(change.after())
          .append(change.needsRestart() ? "  (" + texts.text("configuration.awaits") + ")" : "")
          .append('\n');
    }
    answer.warnings().forEach(line -> text.append("⚠ ").append(line).append('\n'));
    return text.toString();
  }
}

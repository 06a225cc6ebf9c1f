package org.relevo.proxy.mbean;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.relevo.jmx.contract.ConfigChange;
import org.relevo.jmx.contract.ConfigMXBean;
import org.relevo.jmx.contract.ConfigOutcome;
import org.relevo.jmx.contract.ConfigSetting;
import org.relevo.proxy.config.ConfigProblem;
import org.relevo.proxy.config.Reload;

/// The configuration file and its reload.
///
/// Owner: none; [Reload] lets one caller in at a time.
public final class ConfigBean implements ConfigMXBean {
  private final Reload reload;
  private final Supplier<String> caller;

  /// @param caller who is calling now, such as `admin (ADMIN)`
  public ConfigBean(Reload reload, Supplier<String> caller) {
    this.reload = reload;
    this.caller = caller;
  }

  @Override
  public String getFile() {
    return reload.current().file().toAbsolutePath().toString();
  }

  @Override
  public List<ConfigSetting> getSettings() {
    return reload.current().settings().stream()
        .map(state ->
            new ConfigSetting(
                state.section(),
                state.name(),
                state.value(),
                state.defaultValue(),
                state.place(),
                state.reloadable(),
                !state.reloadable() && reload.awaitsRestart(state.name()),
                state.description()))
        .toList();
  }

  @Override
  public ConfigOutcome check() {
    return outcome(reload.check());
  }

  @Override
  public ConfigOutcome checkText(String text, boolean added) {
    return outcome(reload.checkText(text, added));
  }

  @Override
  public ConfigOutcome reload() {
    return outcome(reload.reload("\"" + caller.get() + "\""));
  }

  private static ConfigOutcome outcome(Reload.Outcome outcome) {
    return new ConfigOutcome(
        outcome.applied(),
        outcome.changes().stream()
            .map(change ->
                new ConfigChange(
                    change.key(), change.before(), change.after(), !change.reloadable()))
            .toList(),
        outcome.problems().stream().map(ConfigProblem::toString).toList(),
        Stream.concat(outcome.warnings().stream(), outcome.ignored().stream())
            .map(Object::toString)
            .toList());
  }
}

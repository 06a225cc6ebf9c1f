package org.relevo.proxy.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the configuration again and hands it to the parts of the service, all or none:
///
/// ```text
/// read and check the file ─► every part prepares ─► every part applies ─► current() is the new one
///          └ problem: nothing changes ┘
/// ```
///
/// Settings that need a restart stay as they were at start, in every part; each reload names them
/// again until the restart.
///
/// Owner: thread-safe; one reload at a time.
public final class Reload {
  private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

  /// A part of the service that settings are given to.
  @FunctionalInterface
  public interface Part {
    /// Checks and makes ready what the part needs, and changes nothing yet. Only reloadable
    /// settings may be looked at.
    ///
    /// @throws ConfigException what cannot be used, as in a file that a setting names
    Prepared prepare(ProxyConfig next) throws ConfigException;
  }

  /// What a part has ready. One of the two is called, once.
  @FunctionalInterface
  public interface Prepared {
    /// Makes it count; must not fail.
    void apply();

    /// Another part refused.
    default void discard() {}
  }

  /// What came of it.
  ///
  /// @param applied whether the new configuration counts now
  /// @param changes against what counts: reloadable ones, and those that wait for a restart
  /// @param problems why nothing was applied; empty when it could be
  public record Outcome(
      boolean applied,
      List<SettingChange> changes,
      List<ConfigProblem> problems,
      List<ConfigWarning> warnings,
      List<IgnoredDirective> ignored) {
    public Outcome {
      changes = List.copyOf(changes);
      problems = List.copyOf(problems);
      warnings = List.copyOf(warnings);
      ignored = List.copyOf(ignored);
    }

    private static Outcome refused(List<ConfigProblem> problems) {
      return new Outcome(false, List.of(), problems, List.of(), List.of());
    }
  }

  private final ProxyConfig started;
  private final Surroundings surroundings;
  private final Map<String, Part> parts = new LinkedHashMap<>();
  private volatile ProxyConfig current;

  /// @param started what the service was started with
  public Reload(ProxyConfig started) {
    this(started, Surroundings.ofThisProcess());
  }

  Reload(ProxyConfig started, Surroundings surroundings) {
    this.started = started;
    this.surroundings = surroundings;
    this.current = started;
  }

  /// @param name for people, when the part refuses
  public synchronized void add(String name, Part part) {
    parts.put(name, part);
  }

  /// The configuration whose reloadable settings count.
  public ProxyConfig current() {
    return current;
  }

  /// Whether the setting has another value than the one that counts until the restart.
  public boolean awaitsRestart(String name) {
    return started.changesTo(current).stream()
        .anyMatch(change -> change.key().equals(name) && !change.reloadable());
  }

  /// What a reload would do, without doing it.
  public synchronized Outcome check() {
    return run(false, Optional.empty());
  }

  /// What a reload would do if the file were written like this, without doing it.
  ///
  /// @param added whether the text would be added to the file's end, instead of replacing it
  /// @throws IllegalArgumentException when it is too long for a configuration
  public synchronized Outcome checkText(String text, boolean added) {
    if (text.length() > ConfigFileReader.MAX_FILE_BYTES) {
      throw new IllegalArgumentException("a text of more than 1 MB is no configuration");
    }
    return run(false, Optional.of(new ConfigFileReader.Written(text, added)));
  }

  /// @param actor who asked, for the log
  public synchronized Outcome reload(String actor) {
    Outcome outcome = run(true, Optional.empty());
    if (!outcome.applied()) {
      outcome.problems().forEach(problem -> LOG.error("config.refused {}", problem));
      return outcome;
    }
    outcome.warnings().forEach(warning -> LOG.warn("config.warning {}", warning));
    for (SettingChange change : outcome.changes()) {
      if (change.reloadable()) {
        LOG.info("config.changed {}", change);
      } else {
        LOG.warn("config.restart-needed {}", change);
      }
    }
    LOG.info("config.reloaded by={} changes={}", actor, outcome.changes().size());
    return outcome;
  }

  private Outcome run(boolean apply, Optional<ConfigFileReader.Written> instead) {
    ProxyConfig next;
    List<Prepared> ready = new ArrayList<>();
    List<ConfigProblem> problems = new ArrayList<>();
    try {
      next = ProxyConfigLoader.load(started.file(), surroundings, instead);
    } catch (ConfigException e) {
      return Outcome.refused(e.problems());
    }
    parts.forEach((name, part) -> prepare(name, part, next, ready, problems));
    boolean applies = apply && problems.isEmpty();
    Outcome outcome =
        problems.isEmpty()
            ? new Outcome(applies, changes(next), List.of(), next.warnings(), next.ignored())
            : Outcome.refused(problems);
    ready.forEach(applies ? Prepared::apply : Prepared::discard);
    if (applies) {
      current = next;
    }
    return outcome;
  }

  private static void prepare(
      String name,
      Part part,
      ProxyConfig next,
      List<Prepared> ready,
      List<ConfigProblem> problems) {
    try {
      ready.add(part.prepare(next));
    } catch (ConfigException e) {
      problems.addAll(e.problems());
    } catch (RuntimeException e) {
      // One part's slip must not leave the others with half a configuration.
      LOG.error("config.part-failed part=\"{}\"", name, e);
      problems.add(new ConfigProblem(next.file().toString(), name, "cannot take it over: " + e));
    }
  }

  private List<SettingChange> changes(ProxyConfig next) {
    List<SettingChange> changes = new ArrayList<>();
    current.changesTo(next).stream().filter(SettingChange::reloadable).forEach(changes::add);
    started.changesTo(next).stream().filter(change -> !change.reloadable()).forEach(changes::add);
    return changes;
  }
}

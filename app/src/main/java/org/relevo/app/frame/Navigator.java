package org.relevo.app.frame;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.jspecify.annotations.Nullable;

/// Which screen is visible. Screens are made on their first visit.
///
/// Owner: FX thread.
public final class Navigator {
  private final Map<ScreenId, Function<AppContext, Screen>> factories =
      new EnumMap<>(ScreenId.class);
  private final Map<ScreenId, Screen> made = new EnumMap<>(ScreenId.class);
  private final ReadOnlyObjectWrapper<@Nullable ScreenId> current = new ReadOnlyObjectWrapper<>();
  private @Nullable AppContext context;

  /// Called once per screen before [#start].
  public void register(ScreenId id, Function<AppContext, Screen> factory) {
    factories.put(id, factory);
  }

  /// Called once, when everything that screens need is there.
  public void start(AppContext ready) {
    context = ready;
  }

  public ReadOnlyObjectProperty<@Nullable ScreenId> currentProperty() {
    return current.getReadOnlyProperty();
  }

  public boolean has(ScreenId id) {
    return factories.containsKey(id);
  }

  /// The visible screen.
  public Optional<Screen> visible() {
    return Optional.ofNullable(current.get()).map(this::screen);
  }

  /// Shows a screen; nothing happens when it is visible or not built in.
  public void show(ScreenId id) {
    ScreenId before = current.get();
    if (id == before || !has(id)) {
      return;
    }
    if (before != null) {
      screen(before).hidden();
    }
    current.set(id);
    screen(id).shown();
  }

  /// Shows a screen for one node.
  public void showFor(ScreenId id, int nodeId) {
    if (has(id)) {
      screen(id).about(nodeId);
      show(id);
    }
  }

  /// Shows a screen for an act on a node; -1 for none yet.
  public void ask(ScreenId id, String act, int nodeId) {
    if (has(id)) {
      screen(id).ask(act, nodeId);
      show(id);
    }
  }

  /// Hides the visible screen, so that its timers end.
  public void leave() {
    ScreenId before = current.get();
    if (before != null) {
      screen(before).hidden();
      current.set(null);
    }
  }

  /// The screen, made now when this is the first time.
  public Screen screen(ScreenId id) {
    AppContext ready = context;
    Function<AppContext, Screen> factory = factories.get(id);
    if (ready == null || factory == null) {
      throw new IllegalStateException("screen " + id.id() + " is not registered or not started");
    }
    Screen found = made.get(id);
    if (found == null) {
      found = factory.apply(ready);
      made.put(id, found);
    }
    return found;
  }
}

package org.relevo.app.chart;

import java.time.Duration;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import org.jspecify.annotations.Nullable;

/// The time that all charts of a cluster show together: how much of it, a part of it that was
/// zoomed into, whether it stands still, and the cross-hair. What is done in one chart is seen in
/// all of them, on every screen.
///
/// Owner: FX thread.
public final class SharedTime {
  /// The least that can be zoomed into.
  public static final Duration LEAST = Duration.ofSeconds(5);

  private final ObjectProperty<Duration> window =
      new SimpleObjectProperty<>(TimeRange.MINUTES_5.length());
  private final ReadOnlyObjectWrapper<@Nullable Span> zoom = new ReadOnlyObjectWrapper<>();
  private final BooleanProperty paused = new SimpleBooleanProperty();
  private final ObjectProperty<@Nullable Long> cursor = new SimpleObjectProperty<>();

  /// A part of time that stands still while new values come.
  public record Span(long fromMs, long untilMs) {
    public Duration length() {
      return Duration.ofMillis(untilMs - fromMs);
    }
  }

  /// Newest time shown while nothing is zoomed into. Another choice ends the zoom.
  public ObjectProperty<Duration> windowProperty() {
    return window;
  }

  public TimeRange range() {
    return TimeRange.covering(window.get());
  }

  public void range(TimeRange wanted) {
    unzoom();
    window.set(wanted.length());
  }

  /// What was zoomed into; null for the newest.
  public ReadOnlyObjectProperty<@Nullable Span> zoomProperty() {
    return zoom.getReadOnlyProperty();
  }

  /// While true no chart moves; all go on collecting.
  public BooleanProperty pausedProperty() {
    return paused;
  }

  /// Time under the cross-hair; null for none.
  public ObjectProperty<@Nullable Long> cursorProperty() {
    return cursor;
  }

  /// Shows this part; one that is shorter than [#LEAST] is made that long about its middle.
  public void zoom(long oneMs, long otherMs) {
    long from = Math.min(oneMs, otherMs);
    long until = Math.max(oneMs, otherMs);
    if (until - from < LEAST.toMillis()) {
      long middle = (from + until) / 2;
      from = middle - LEAST.toMillis() / 2;
      until = from + LEAST.toMillis();
    }
    zoom.set(new Span(from, until));
  }

  /// Half of what is shown, about a time.
  ///
  /// @param newestMs right end while nothing is zoomed into
  public void zoomIn(long aboutMs, long newestMs) {
    Span now = shown(newestMs);
    long left = (aboutMs - now.fromMs()) / 2;
    long right = (now.untilMs() - aboutMs) / 2;
    zoom(aboutMs - left, aboutMs + right);
  }

  /// Twice of what was zoomed into; the newest again when that is all there is.
  public void zoomOut(long newestMs) {
    Span now = zoom.get();
    if (now == null) {
      return;
    }
    long half = (now.untilMs() - now.fromMs()) / 2;
    if (half * 4 >= window.get().toMillis()) {
      unzoom();
    } else {
      zoom(now.fromMs() - half, Math.min(newestMs, now.untilMs() + half));
    }
  }

  public void unzoom() {
    zoom.set(null);
  }

  /// @param newestMs right end while nothing is zoomed into
  public Span shown(long newestMs) {
    Span now = zoom.get();
    return now != null ? now : new Span(newestMs - window.get().toMillis(), newestMs);
  }
}

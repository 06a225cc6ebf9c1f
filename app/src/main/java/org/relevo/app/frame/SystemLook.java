package org.relevo.app.frame;

import javafx.application.ColorScheme;
import javafx.beans.property.ObjectProperty;
import javafx.beans.value.ObservableValue;

/// Keeps the look with that of the person's system, until the person chooses one.
///
/// Owner: FX thread.
public final class SystemLook {
  private final ObservableValue<ColorScheme> scheme;
  private final ObjectProperty<Theme> theme;
  private boolean following;
  private boolean setting;

  /// @param scheme of the system
  /// @param follow false where the person chose a look at an earlier start
  public SystemLook(
      ObservableValue<ColorScheme> scheme, ObjectProperty<Theme> theme, boolean follow) {
    this.scheme = scheme;
    this.theme = theme;
    following = follow;
    scheme.addListener((_, _, _) -> apply());
    theme.addListener((_, _, _) -> {
      // A look that did not come from here was chosen by the person.
      following &= setting;
    });
    apply();
  }

  /// Whether the system decides.
  public boolean following() {
    return following;
  }

  /// The system decides again.
  public void follow() {
    following = true;
    apply();
  }

  private void apply() {
    if (following) {
      setting = true;
      theme.set(Theme.of(scheme.getValue()));
      setting = false;
    }
  }
}

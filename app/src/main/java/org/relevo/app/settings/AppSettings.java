package org.relevo.app.settings;

import java.util.ArrayList;
import java.util.List;

/// Everything remembered, in one file.
///
/// @param language "" for the system's
/// @param theme "" for the default
/// @param connections the last used first, at most [#MAX_CONNECTIONS]
public record AppSettings(
    String language, String theme, int width, int height, List<StoredConnection> connections) {
  public static final int MAX_CONNECTIONS = 50;
  public static final AppSettings DEFAULT = new AppSettings("", "", 1280, 860, List.of());

  public AppSettings {
    connections = List.copyOf(connections);
  }

  public AppSettings withLook(String newLanguage, String newTheme) {
    return new AppSettings(newLanguage, newTheme, width, height, connections);
  }

  public AppSettings withSize(int newWidth, int newHeight) {
    return new AppSettings(language, theme, newWidth, newHeight, connections);
  }

  /// Puts a connection first, in place of the one of the same name.
  public AppSettings withConnection(StoredConnection used) {
    List<StoredConnection> others =
        connections.stream()
            .filter(c -> !c.name().equals(used.name()))
            .limit(MAX_CONNECTIONS - 1L)
            .toList();
    List<StoredConnection> all = new ArrayList<>(List.of(used));
    all.addAll(others);
    return new AppSettings(language, theme, width, height, all);
  }

  public AppSettings withoutConnection(String name) {
    return new AppSettings(
        language,
        theme,
        width,
        height,
        connections.stream().filter(c -> !c.name().equals(name)).toList());
  }
}

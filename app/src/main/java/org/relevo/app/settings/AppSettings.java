package org.relevo.app.settings;

import java.util.ArrayList;
import java.util.List;

/// Everything remembered, in one file.
///
/// @param language "" for the system's
/// @param theme "" to follow the system
/// @param scale in percent
/// @param connections the last used first, at most [#MAX_CONNECTIONS]
public record AppSettings(
    String language,
    String theme,
    int width,
    int height,
    int scale,
    List<StoredConnection> connections) {
  public static final int MAX_CONNECTIONS = 50;
  public static final AppSettings DEFAULT = new AppSettings("", "", 1280, 860, 100, List.of());

  public AppSettings {
    connections = List.copyOf(connections);
  }

  public AppSettings withLook(String newLanguage, String newTheme) {
    return new AppSettings(newLanguage, newTheme, width, height, scale, connections);
  }

  public AppSettings withSize(int newWidth, int newHeight) {
    return new AppSettings(language, theme, newWidth, newHeight, scale, connections);
  }

  public AppSettings withScale(int newScale) {
    return new AppSettings(language, theme, width, height, newScale, connections);
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
    return new AppSettings(language, theme, width, height, scale, all);
  }

  /// Says what the cluster of a stored connection is used for; nothing when there is none of it.
  public AppSettings withEnvironment(String name, String environment) {
    return new AppSettings(
        language,
        theme,
        width,
        height,
        scale,
        connections.stream()
            .map(c -> c.name().equals(name) ? c.withEnvironment(environment) : c)
            .toList());
  }

  public AppSettings withoutConnection(String name) {
    return new AppSettings(
        language,
        theme,
        width,
        height,
        scale,
        connections.stream().filter(c -> !c.name().equals(name)).toList());
  }
}

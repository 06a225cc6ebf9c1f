package org.relevo.app.frame;

import java.util.Arrays;
import java.util.Optional;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;

/// All screens in the order of the navigation.
public enum ScreenId {
  CONNECT("connect", "⇄", KeyCode.O, false),
  OVERVIEW("overview", "◉", KeyCode.DIGIT1, true),
  DASHBOARD("dashboard", "◔", KeyCode.DIGIT2, true),
  SERIES("io", "∿", KeyCode.DIGIT3, true),
  SESSIONS("sessions", "☷", KeyCode.DIGIT4, true),
  OBJECTS("objects", "▦", KeyCode.DIGIT5, true),
  MEMORY("memory", "▥", KeyCode.DIGIT6, true),
  CONSISTENCY("consistency", "≡", KeyCode.DIGIT7, true),
  BENCHMARK("benchmark", "◷", KeyCode.B, true),
  STATEMENTS("statements", "∑", KeyCode.DIGIT8, true),
  OPERATIONS("operations", "⚙", KeyCode.DIGIT9, true),
  ALARMS("alarms", "⚑", KeyCode.DIGIT0, true),
  NODES("nodes", "▤", KeyCode.N, true),
  LOGS("logs", "☰", KeyCode.L, true),
  CONFIGURATION("configuration", "✎", KeyCode.COMMA, true),
  /// A part of Operations, with a page of its own.
  SWITCHOVER("switchover", "⇅", KeyCode.S, true);

  private final String id;
  private final String symbol;
  private final KeyCode key;
  private final boolean needsConnection;

  ScreenId(String id, String symbol, KeyCode key, boolean needsConnection) {
    this.id = id;
    this.symbol = symbol;
    this.key = key;
    this.needsConnection = needsConnection;
  }

  public String id() {
    return id;
  }

  /// Drawn before the name in the navigation.
  public String symbol() {
    return symbol;
  }

  public String textKey() {
    return "nav." + id;
  }

  public KeyCombination shortcut() {
    return new KeyCodeCombination(key, KeyCombination.SHORTCUT_DOWN);
  }

  /// Whether it shows nothing of use without a cluster.
  public boolean needsConnection() {
    return needsConnection;
  }

  /// Whether it has a line of its own in the navigation.
  public boolean inNavigation() {
    return this != SWITCHOVER;
  }

  public static Optional<ScreenId> of(String id) {
    return Arrays.stream(values()).filter(s -> s.id.equals(id)).findFirst();
  }
}

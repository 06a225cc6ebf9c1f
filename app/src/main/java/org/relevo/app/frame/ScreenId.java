package org.relevo.app.frame;

import java.util.Arrays;
import java.util.Optional;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;

/// All screens in the order of the navigation.
public enum ScreenId {
  CONNECT("connect", "⇄", KeyCode.DIGIT1, false),
  NODES("nodes", "▤", KeyCode.DIGIT2, true),
  DASHBOARD("dashboard", "◔", KeyCode.DIGIT3, true),
  CONSISTENCY("consistency", "≡", KeyCode.DIGIT4, true),
  SWITCHOVER("switchover", "⇅", KeyCode.DIGIT5, true),
  LOGS("logs", "☰", KeyCode.DIGIT6, true);

  private final String id;
  private final String symbol;
  private final KeyCode digit;
  private final boolean needsConnection;

  ScreenId(String id, String symbol, KeyCode digit, boolean needsConnection) {
    this.id = id;
    this.symbol = symbol;
    this.digit = digit;
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
    return new KeyCodeCombination(digit, KeyCombination.SHORTCUT_DOWN);
  }

  /// Whether it shows nothing of use without a cluster.
  public boolean needsConnection() {
    return needsConnection;
  }

  public static Optional<ScreenId> of(String id) {
    return Arrays.stream(values()).filter(s -> s.id.equals(id)).findFirst();
  }
}

package org.relevo.app.model;

import org.relevo.jmx.contract.CheckResult;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.contract.NodeRole;
import org.relevo.jmx.contract.NodeStatus;
import org.relevo.jmx.contract.OperationState;
import org.relevo.jmx.contract.RecoveryState;
import org.relevo.jmx.contract.StepState;

/// How a state looks: always a symbol, a word and a colour together.
public enum Mark {
  OK("✔", "st-ok"),
  PROGRESS("▶", "st-progress"),
  WARN("⚠", "st-warn"),
  CRITICAL("✖", "st-critical"),
  UNKNOWN("○", "st-unknown");

  private final String symbol;
  private final String styleClass;

  Mark(String symbol, String styleClass) {
    this.symbol = symbol;
    this.styleClass = styleClass;
  }

  public String symbol() {
    return symbol;
  }

  /// Of the palette in the frame's style sheet.
  public String styleClass() {
    return styleClass;
  }

  public static Mark of(NodeStatus status) {
    return switch (status) {
      case UP -> OK;
      case RECOVERING, PROMOTING, DEMOTING -> PROGRESS;
      case QUARANTINED, DETACHED, MAINTENANCE -> WARN;
      case DOWN -> CRITICAL;
      case UNUSED -> UNKNOWN;
    };
  }

  public static Mark of(CheckResult result) {
    return switch (result) {
      case PASS -> OK;
      case WARN -> WARN;
      case BLOCK -> CRITICAL;
    };
  }

  public static Mark of(StepState state) {
    return switch (state) {
      case PENDING, SKIPPED -> UNKNOWN;
      case RUNNING -> PROGRESS;
      case DONE -> OK;
      case FAILED -> CRITICAL;
      case UNDONE -> WARN;
    };
  }

  public static Mark of(OperationState state) {
    return switch (state) {
      case PLANNED -> UNKNOWN;
      case RUNNING -> PROGRESS;
      case SUCCEEDED -> OK;
      case FAILED -> CRITICAL;
      case ABORTED -> WARN;
    };
  }

  public static Mark of(RecoveryState state) {
    return switch (state) {
      case RUNNING -> PROGRESS;
      case SUCCEEDED -> OK;
      case FAILED -> CRITICAL;
      case CANCELLED, INTERRUPTED -> WARN;
    };
  }

  public static Mark of(LogLevel level) {
    return switch (level) {
      case DEBUG, UNKNOWN -> UNKNOWN;
      case INFO -> PROGRESS;
      case WARN -> WARN;
      case ERROR, FATAL -> CRITICAL;
    };
  }

  /// Roles have symbols of their own.
  public static String symbolOf(NodeRole role) {
    return switch (role) {
      case PRIMARY -> "▲";
      case STANDBY -> "▼";
      case UNKNOWN -> "○";
    };
  }
}

package org.relevo.jmx.contract;

/// Severity, common to all sources.
public enum LogLevel {
  DEBUG,
  INFO,
  WARN,
  ERROR,
  FATAL,
  UNKNOWN
}

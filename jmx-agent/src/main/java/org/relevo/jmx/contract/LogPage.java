package org.relevo.jmx.contract;

import java.util.List;

/// Some lines of a log.
///
/// @param cursor hand it to the next call; opaque
/// @param gap whether lines between the given cursor and these are gone
public record LogPage(List<LogLine> lines, String cursor, boolean gap) {
  public LogPage {
    lines = List.copyOf(lines);
  }
}

package org.relevo.app.view.dashboard;

import java.time.Duration;
import org.relevo.app.model.Datum;
import org.relevo.app.model.Freshness;

/// The current values above the charts.
enum Tile {
  CLIENTS("clients", Datum.POOL),
  WAITING("waiting", Datum.POOL),
  TPS("tps", Datum.POOL),
  HIT_RATIO("hits", Datum.POSTGRES),
  LAG("lag", Datum.NODES),
  CPU("cpu", Datum.HOST);

  private final String key;
  private final Datum datum;

  Tile(String key, Datum datum) {
    this.key = key;
    this.datum = datum;
  }

  String key() {
    return key;
  }

  Datum datum() {
    return datum;
  }

  String nameKey() {
    return "dashboard.tile." + key;
  }

  /// @param value for people, the sign for "unknown" when nothing may be concluded
  /// @param of what it belongs to, such as a node's name, or ""
  record Shown(String value, String of, Freshness freshness, Duration age) {}
}

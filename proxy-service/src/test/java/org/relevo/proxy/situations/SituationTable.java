package org.relevo.proxy.situations;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.relevo.proxy.situations.Situation.Client;

/// All situations.
final class SituationTable {
  private static final List<String> RAW =
      List.of(
          "startup",
          "simple",
          "extended",
          "pipeline",
          "statements",
          "copy",
          "settings",
          "state",
          "transactions",
          "cancel",
          "ends");

  private SituationTable() {}

  static Map<Client, List<Situation>> all() {
    Map<Client, List<Situation>> table = new LinkedHashMap<>();
    List<Situation> raw = new ArrayList<>();
    for (String file : RAW) {
      raw.addAll(SituationFile.read(file + ".txt", (_, lines) -> new RawScript(lines)));
    }
    table.put(Client.RAW, raw);
    table.put(Client.PSQL, SituationFile.read("psql.txt", PsqlScript::new));
    table.put(Client.JDBC, JdbcRows.all());
    return table;
  }
}

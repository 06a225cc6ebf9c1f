package org.relevo.proxy.testkit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.routing.RoutingView;

/// Nodes written down for a router's tests, one after the other:
///
/// ```text
/// 0:primary weight=0, 1:standby replayed=1000 lag=5 ms=20 busy=3 zone=east weight=2
/// ```
public final class Nodes {
  private Nodes() {}

  public static RoutingView of(String text) {
    List<RoutingView.Node> nodes = new ArrayList<>();
    BackendId primary = null;
    for (String part : text.split(",", -1)) {
      RoutingView.Node node = node(part.strip().split(" +", -1));
      primary = node.standby() ? primary : node.id();
      nodes.add(node);
    }
    return new RoutingView(primary, nodes);
  }

  private static RoutingView.Node node(String[] words) {
    String[] who = words[0].split(":", 2);
    boolean standby = who[1].equals("standby");
    return new RoutingView.Node(
        new BackendId(Integer.parseInt(who[0])),
        "name" + who[0],
        standby,
        Double.parseDouble(value(words, "weight", "1")),
        replayed(value(words, "replayed", standby ? "1000" : "none")),
        Long.parseLong(value(words, "lag", "0")),
        Long.parseLong(value(words, "ms", "0")),
        Integer.parseInt(value(words, "busy", "0")),
        value(words, "zone", ""));
  }

  private static @Nullable Lsn replayed(String text) {
    return text.equals("none") ? null : new Lsn(Long.parseLong(text));
  }

  private static String value(String[] words, String name, String otherwise) {
    for (String word : words) {
      if (word.startsWith(name + "=")) {
        return word.substring(name.length() + 1);
      }
    }
    return otherwise;
  }
}

package org.relevo.proxy.fanout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.session.ClientDoor;
import org.relevo.proxy.wire.BackendError;

/// Compares what nodes have answered to one statement, and decides what a difference means: the
/// transaction is given up, or those in the minority are detached.
///
/// Owner: the session's thread.
final class Mismatches {
  private static final long USUAL_LIMIT_NS = 30_000_000_000L;
  private static final int MAX_SHOWN = 200;

  private final Links links;
  private final ReplicaSet replicas;
  private final ClientDoor door;

  Mismatches(Links links, ReplicaSet replicas, ClientDoor door) {
    this.links = links;
    this.replicas = replicas;
    this.door = door;
  }

  /// How long another node may take where the main node took so long.
  static long limit(long tookNs) {
    return USUAL_LIMIT_NS + 3 * tookNs;
  }

  /// Hears the others about one statement.
  ///
  /// @param begun nodes of the transaction; those that are detached are taken out
  /// @return why the transaction cannot go on; null when it can
  @Nullable BackendError settle(Transaction.Owed owed, Set<NodeLink> begun)
      throws IOException, InterruptedException {
    Map<NodeLink, Answer> answers = new LinkedHashMap<>();
    BackendError lost = null;
    for (NodeLink link : owed.from()) {
      if (links.of(link.node()) != link) {
        continue; // detached since
      }
      try {
        answers.put(link, link.read(_ -> {}, owed.limitNs()));
      } catch (LinkLostException e) {
        links.drop(link);
        begun.remove(link);
        if (!links.dead(link.node(), String.valueOf(e.getMessage()))) {
          lost =
              BackendError.of(
                  "ERROR", "40001", "a server connection was lost during the transaction");
        }
      }
    }
    return lost != null ? lost : compare(owed, answers, begun);
  }

  private @Nullable BackendError compare(
      Transaction.Owed owed, Map<NodeLink, Answer> answers, Set<NodeLink> begun)
      throws IOException {
    List<NodeLink> differing = new ArrayList<>();
    boolean kinds = false;
    for (Map.Entry<NodeLink, Answer> each : answers.entrySet()) {
      Answer answer = each.getValue();
      BackendError error = answer.error();
      if (error != null && passing(error.sqlState())) {
        return error;
      }
      if (!answer.sameAs(owed.expected())) {
        differing.add(each.getKey());
        kinds |= !answer.sameKind(owed.expected());
      }
    }
    if (differing.isEmpty()) {
      return null;
    }
    String said = said(owed, answers);
    replicas.events.accept(
        "replication.mismatch",
        "statement=\"%s\" answers=\"%s\"".formatted(shown(owed.what()), said));
    boolean detach =
        kinds ? replicas.settings().detachOnKind() : replicas.settings().detachOnRows();
    // Of equal shares the main node's counts.
    boolean minority = differing.size() < answers.size() + 1 - differing.size() + 1;
    if (detach && minority) {
      for (NodeLink link : differing) {
        replicas.detach(link.node(), "differed: " + said, door.views().current());
        begun.remove(link);
        links.drop(link);
      }
      return null;
    }
    return BackendError.of("ERROR", "XX001", "the nodes have answered differently: " + said)
        .withHint(
            "The transaction was rolled back on every node. Check the nodes for differences.");
  }

  /// Locks, time limits and the like: nothing that tells of other data.
  private static boolean passing(String sqlState) {
    return sqlState.startsWith("40")
        || sqlState.equals("57014")
        || sqlState.equals("55P03")
        || sqlState.startsWith("53");
  }

  private String said(Transaction.Owed owed, Map<NodeLink, Answer> answers) {
    StringBuilder text = new StringBuilder();
    text.append(links.main().node()).append(": ").append(owed.expected());
    answers.forEach(
        (link, answer) -> text.append("; ").append(link.node()).append(": ").append(answer));
    return text.toString();
  }

  static String shown(String text) {
    String one = text.replaceAll("\\p{Cntrl}", " ").replace('"', '\'');
    return one.length() > MAX_SHOWN ? one.substring(0, MAX_SHOWN) : one;
  }
}

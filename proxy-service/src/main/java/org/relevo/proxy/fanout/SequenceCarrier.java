package org.relevo.proxy.fanout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.wire.BackendError;

/// Sets the other nodes' sequences to what the main node's are. One session at a time does it for a
/// sequence, from the look at the main node to the others' answers, so none is set back.
final class SequenceCarrier {
  private static final String LOOK =
      "SELECT coalesce(pg_catalog.pg_sequence_last_value($1::pg_catalog.regclass)::text, '')";
  private static final String SET =
      "SELECT pg_catalog.setval($1::pg_catalog.regclass, $2::pg_catalog.int8)";

  private SequenceCarrier() {}

  /// @return why a node refuses; null when all is done
  static @Nullable BackendError carry(List<String> names, Links links, ReplicaSet replicas)
      throws IOException, InterruptedException {
    List<ReentrantLock> locks = new ArrayList<>();
    try {
      for (String name : new TreeSet<>(names)) {
        ReentrantLock lock = replicas.sequence(links.database(), name);
        lock.lockInterruptibly();
        locks.add(lock);
      }
      for (String name : names) {
        String value = Ask.rows(links.main(), LOOK, List.of(name)).getFirst().getFirst();
        if (!value.isEmpty()) {
          set(name, value, links);
        }
      }
      return null;
    } catch (Ask.RefusedException e) {
      return e.error();
    } finally {
      locks.forEach(ReentrantLock::unlock);
    }
  }

  private static void set(String name, String value, Links links)
      throws IOException, InterruptedException {
    List<NodeLink> others = links.others();
    for (NodeLink link : others) {
      Ask.put(link, FactsDesk.bytes(SET), List.of(FactsDesk.bytes(name), FactsDesk.bytes(value)));
      link.send();
    }
    Ask.RefusedException refused = null;
    for (NodeLink link : others) {
      try {
        BackendError error = link.read(_ -> {}, Mismatches.limit(0)).error();
        if (error != null) {
          refused = new Ask.RefusedException(error);
        }
      } catch (LinkLostException e) {
        links.drop(link);
        if (!links.dead(link.node(), String.valueOf(e.getMessage()))) {
          refused =
              new Ask.RefusedException(
                  BackendError.of("ERROR", "40001", "a server connection was lost"));
        }
      }
    }
    if (refused != null) {
      throw refused;
    }
  }
}

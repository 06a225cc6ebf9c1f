package org.relevo.proxy.session;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.StatementClass;

/// Statements that one event loop has sent to each node, by kind. Only those of sessions whose
/// statements are looked at.
///
/// Owner: written by its event loop alone; read by any thread.
final class NodeCounts {
  /// What is counted.
  enum Kind {
    SELECT(0),
    INSERT(1),
    UPDATE(2),
    DELETE(3),
    DDL(4),
    OTHER(5),
    PANIC(6),
    FATAL(7),
    ERROR(8);

    private final int place;

    Kind(int place) {
      this.place = place;
    }
  }

  private static final int KINDS = Kind.values().length;

  private final AtomicReferenceArray<AtomicLong @Nullable []> nodes =
      new AtomicReferenceArray<>(BackendId.MAX + 1);

  void sent(BackendId node, RoutePlan plan) {
    if (plan.items.isEmpty()) {
      if (plan.blind) {
        count(node, Kind.OTHER);
      }
      return;
    }
    for (int i = 0; i < plan.items.size(); i++) {
      RoutePlan.Item item = plan.items.get(i);
      StatementClass facts = item.facts();
      if (facts != null && item.runs()) {
        for (int at = 0; at < facts.statements().size(); at++) {
          count(node, kind(facts.statements().get(at)));
        }
      }
    }
  }

  private static Kind kind(SqlStatement statement) {
    return switch (statement.kind()) {
      case SELECT -> Kind.SELECT;
      case INSERT -> Kind.INSERT;
      case UPDATE -> Kind.UPDATE;
      case DELETE -> Kind.DELETE;
      case DDL -> Kind.DDL;
      default -> Kind.OTHER;
    };
  }

  /// @param severity first letter of an ErrorResponse's severity
  void answered(BackendId node, byte severity) {
    count(
        node,
        switch (severity) {
          case 'P' -> Kind.PANIC;
          case 'F' -> Kind.FATAL;
          default -> Kind.ERROR;
        });
  }

  private void count(BackendId node, Kind kind) {
    AtomicLong[] counts = nodes.get(node.value());
    if (counts == null) {
      counts = new AtomicLong[KINDS];
      for (int i = 0; i < KINDS; i++) {
        counts[i] = new AtomicLong();
      }
      nodes.set(node.value(), counts);
    }
    LoopCounters.add(counts[kind.place], 1);
  }

  long of(BackendId node, Kind kind) {
    AtomicLong[] counts = nodes.get(node.value());
    return counts == null ? 0 : counts[kind.place].getOpaque();
  }
}

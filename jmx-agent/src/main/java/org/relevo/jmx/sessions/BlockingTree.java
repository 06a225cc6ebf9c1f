package org.relevo.jmx.sessions;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.relevo.jmx.contract.BlockedSession;
import org.relevo.jmx.contract.SessionInfo;

/// Makes the tree of who waits for whom. Pure. A session that waits for several is shown under each
/// of them, its own waiters only once; in a circle the smallest number comes first.
final class BlockingTree {
  /// Most rows: a crowd behind one lock is cut, not the reason for it.
  static final int MAX_ROWS = 2000;

  /// A lock that is waited for.
  record Wanted(String type, String mode, String relation, long waitMs) {
    static final Wanted NOTHING = new Wanted("", "", "", -1);
  }

  private final Map<Integer, SessionInfo> sessions = new TreeMap<>();
  private final Map<Integer, Wanted> wanted;
  private final Map<Integer, Set<Integer>> waiters = new LinkedHashMap<>();
  private final Set<Integer> expanded = new HashSet<>();
  private final List<BlockedSession> rows = new ArrayList<>();

  private BlockingTree(List<SessionInfo> all, Map<Integer, Wanted> wanted) {
    this.wanted = wanted;
    all.forEach(each -> sessions.put(each.pid(), each));
    sessions
        .values()
        .forEach(each ->
            each.blockedBy()
                .forEach(by -> waiters.computeIfAbsent(by, _ -> new TreeSet<>()).add(each.pid())));
  }

  static List<BlockedSession> of(List<SessionInfo> all, Map<Integer, Wanted> wanted) {
    return new BlockingTree(all, wanted).rows();
  }

  private List<BlockedSession> rows() {
    for (int pid : new TreeSet<>(waiters.keySet())) {
      SessionInfo blocker = sessions.get(pid);
      if (blocker == null || blocker.blockedBy().isEmpty()) {
        add(0, pid, -1);
      }
    }
    for (int pid : new TreeSet<>(waiters.keySet())) {
      if (!expanded.contains(pid)) {
        add(0, pid, -1); // a circle has no beginning
      }
    }
    return List.copyOf(rows);
  }

  private void add(int depth, int pid, int blockedBy) {
    if (rows.size() >= MAX_ROWS) {
      return;
    }
    SessionInfo session = sessions.get(pid);
    Wanted lock = wanted.getOrDefault(pid, Wanted.NOTHING);
    rows.add(
        new BlockedSession(
            depth,
            pid,
            blockedBy,
            session == null ? "" : session.database(),
            session == null ? "" : session.user(),
            session == null ? (pid == 0 ? "prepared transaction" : "") : session.state(),
            lock.type(),
            lock.mode(),
            lock.relation(),
            lock.waitMs(),
            session == null ? -1 : session.transactionMs(),
            session == null ? "" : session.query()));
    if (expanded.add(pid)) {
      waiters.getOrDefault(pid, Set.of()).forEach(each -> add(depth + 1, each, pid));
    }
  }
}

package org.relevo.proxy.agent;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.health.NodeSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps a physical replication slot for each other server, so that a server that was away finds
/// the log it missed: on the primary, where standbys stream, and on each standby, moved along with
/// the primary's, so that a promotion leaves no gap.
///
/// `max_slot_wal_keep_size` bounds what slots keep; without it a server that is away fills the
/// disk.
final class Slots {
  private static final Logger LOG = LoggerFactory.getLogger(Slots.class);
  private static final String PREFIX = "relevo_";
  private static final String LIST =
      "SELECT slot_name, COALESCE(restart_lsn::text, ''), COALESCE(wal_status, ''), active"
          + " FROM pg_replication_slots WHERE slot_type = 'physical' AND slot_name ~"
          + " '^relevo_node[0-9]+$'";

  private final AgentSettings settings;
  private final Journal journal;
  private boolean advised;

  Slots(AgentSettings settings, Journal journal) {
    this.settings = settings;
    this.journal = journal;
  }

  static String name(BackendId node) {
    return PREFIX + node;
  }

  private record Slot(String restart, String status, boolean active) {}

  /// Makes the slot of a standby on its primary; one that has lost its log is made anew.
  static void make(Connection primary, BackendId standby) throws SQLException {
    @Nullable Slot slot = list(primary).get(name(standby));
    if (slot != null && slot.status().equals("lost") && !slot.active()) {
      call(primary, "SELECT pg_drop_replication_slot(?)", name(standby));
      slot = null;
    }
    if (slot == null) {
      call(primary, "SELECT pg_create_physical_replication_slot(?, true)", name(standby));
    } else if (slot.restart().isEmpty() && !slot.active()) {
      call(primary, "SELECT pg_drop_replication_slot(?)", name(standby));
      call(primary, "SELECT pg_create_physical_replication_slot(?, true)", name(standby));
    }
  }

  /// On a primary: a slot for each other server, none for itself.
  void keep(Connection own) throws SQLException {
    for (NodeSettings node : settings.nodes()) {
      if (!node.id().equals(settings.id())) {
        make(own, node.id());
      }
    }
    dropOwn(own, list(own));
    advise(own);
  }

  /// On a standby: the primary's slots of the others, and one for the primary itself.
  void mirror(Connection own, Connection primary, BackendId primaryId) throws SQLException {
    Map<String, Slot> there = list(primary);
    Map<String, Slot> here = list(own);
    String replayed = OwnServer.text(own, "SELECT pg_last_wal_replay_lsn()");
    for (NodeSettings node : settings.nodes()) {
      String name = name(node.id());
      if (node.id().equals(settings.id())) {
        continue;
      }
      String wanted = replayed;
      if (!node.id().equals(primaryId)) {
        @Nullable Slot slot = there.get(name);
        if (slot == null || slot.restart().isEmpty()) {
          continue;
        }
        wanted = slot.restart();
      }
      move(own, here.get(name), name, wanted, replayed);
    }
    dropOwn(own, here);
  }

  private static void move(
      Connection own, @Nullable Slot slot, String name, String wanted, String replayed)
      throws SQLException {
    if (slot == null || slot.status().equals("lost")) {
      if (slot != null) {
        call(own, "SELECT pg_drop_replication_slot(?)", name);
      }
      call(own, "SELECT pg_create_physical_replication_slot(?, true)", name);
      return;
    }
    Lsn target = Lsn.parse(wanted);
    Lsn most = Lsn.parse(replayed);
    Lsn to = target.compareTo(most) < 0 ? target : most;
    if (slot.active() || slot.restart().isEmpty() || Lsn.parse(slot.restart()).compareTo(to) >= 0) {
      return;
    }
    try (PreparedStatement statement =
        own.prepareStatement("SELECT pg_replication_slot_advance(?, ?::pg_lsn)")) {
      statement.setString(1, name);
      statement.setString(2, to.toString());
      statement.execute();
    }
  }

  private void dropOwn(Connection own, Map<String, Slot> here) throws SQLException {
    @Nullable Slot mine = here.get(name(settings.id()));
    if (mine != null && !mine.active()) {
      call(own, "SELECT pg_drop_replication_slot(?)", name(settings.id()));
    }
  }

  private void advise(Connection own) throws SQLException {
    if (!advised && OwnServer.text(own, "SHOW max_slot_wal_keep_size").equals("-1")) {
      journal.record(
          LogLevel.WARN,
          "agent.slots-unbounded",
          "node="
              + settings.id()
              + " todo=\"set max_slot_wal_keep_size in PostgreSQL: a standby that is away would"
              + " fill the primary's disk\"");
    }
    advised = true;
  }

  private static Map<String, Slot> list(Connection connection) throws SQLException {
    Map<String, Slot> slots = new TreeMap<>();
    try (PreparedStatement statement = connection.prepareStatement(LIST);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        slots.put(
            row.getString(1), new Slot(row.getString(2), row.getString(3), row.getBoolean(4)));
      }
    }
    return slots;
  }

  private static void call(Connection connection, String sql, String name) throws SQLException {
    List<Object> answer = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          answer.add(String.valueOf(row.getObject(1)));
        }
      }
    }
    LOG.debug("agent.slot slot={} answer={}", name, answer);
  }
}

package org.relevo.proxy.pcp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.relevo.jmx.contract.ControlMember;
import org.relevo.jmx.contract.ControlStatus;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/// The members of the quorum in the words of pgpool-II's watchdog.
final class WatchdogJson {
  private static final int ALL = -1;
  private static final int LEADER = 4;
  private static final int STANDBY = 7;
  private static final int LOST = 12;
  private static final int MOST_SILENCE_MS = 5_000;
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY).build();

  private WatchdogJson() {}

  /// @param index of a member, 0 for this one; [#ALL]
  static String of(ControlStatus status, int index) {
    List<ControlMember> members = new ArrayList<>(status.members());
    members.sort((a, b) -> Boolean.compare(b.self(), a.self()));
    if (members.isEmpty()) {
      throw PcpException.error("55000", "the members of the quorum are not known yet; ask again");
    }
    if (index < ALL || index >= members.size()) {
      throw PcpException.error("22023", "there is no watchdog node " + index);
    }
    int all = members.size();
    int needed = all / 2 + 1;
    int alive = (int) members.stream().filter(WatchdogJson::alive).count();
    ControlMember leader = members.stream().filter(ControlMember::leads).findFirst().orElse(null);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("NodeCount", all);
    json.put("RemoteNodeCount", all - 1);
    json.put("MemberRemoteNodeCount", all - 1);
    json.put("NodesRequireForQuorum", needed);
    json.put("QuorumStatus", leader == null ? -2 : alive >= needed ? 1 : -1);
    json.put("AliveNodeCount", Math.max(0, alive - 1));
    json.put("Escalated", leader != null && leader.self() ? 1 : 0);
    json.put("LeaderNodeName", leader == null ? "Not Set" : leader.name());
    json.put("LeaderHostName", leader == null ? "Not Set" : host(leader));
    List<Map<String, Object>> nodes = new ArrayList<>();
    for (int i = 0; i < all; i++) {
      if (index == ALL || index == i) {
        nodes.add(node(i, members.get(i)));
      }
    }
    json.put("WatchdogNodes", nodes);
    return JSON.writeValueAsString(json);
  }

  private static Map<String, Object> node(int id, ControlMember member) {
    Map<String, Object> node = new LinkedHashMap<>();
    node.put("ID", id);
    node.put("NodeName", member.name());
    node.put("HostName", host(member));
    node.put("DelegateIP", "");
    node.put("Membership", 0);
    node.put("MembershipString", "MEMBER");
    node.put("WdPort", port(member));
    node.put("PgpoolPort", 0);
    node.put("State", member.leads() ? LEADER : alive(member) ? STANDBY : LOST);
    node.put("StateName", member.leads() ? "LEADER" : alive(member) ? "STANDBY" : "LOST");
    node.put("Priority", member.kind().equals("witness") ? 0 : 1);
    return node;
  }

  private static boolean alive(ControlMember member) {
    return member.self()
        || member.leads()
        || (member.contactMs() >= 0 && member.contactMs() < MOST_SILENCE_MS);
  }

  private static String host(ControlMember member) {
    int colon = member.address().lastIndexOf(':');
    return colon < 0 ? member.address() : member.address().substring(0, colon);
  }

  private static int port(ControlMember member) {
    String text = member.address().substring(member.address().lastIndexOf(':') + 1);
    return text.matches("\\d{1,5}") ? Integer.parseInt(text) : 0;
  }
}

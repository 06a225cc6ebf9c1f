package org.relevo.jmx.contract;

import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/// Names of all MBeans. They are an outside contract: consoles and scripts rely on them.
public final class ObjectNames {
  public static final String DOMAIN = "org.relevo";

  /// Samples kept by every history ring.
  public static final int HISTORY_CAPACITY = 600;

  public static final ObjectName CLUSTER = name("type=Cluster");
  public static final ObjectName POOL = name("type=Pool,name=all");
  public static final ObjectName CONFIG = name("type=Config");
  public static final ObjectName CATALOG = name("type=Catalog");
  public static final ObjectName ROUTING = name("type=Routing");
  public static final ObjectName POSITIONS = name("type=Positions");
  public static final ObjectName STATEMENTS = name("type=Statements");
  public static final ObjectName HOST = name("type=Host");
  public static final ObjectName CONSISTENCY = name("type=Consistency");
  public static final ObjectName CONTENTS = name("type=Contents");
  public static final ObjectName CONTROL = name("type=Control");
  public static final ObjectName SERVICE_ADDRESS = name("type=ServiceAddress");
  public static final ObjectName PAIR = name("type=Pair");
  public static final ObjectName FAILOVER = name("type=Failover");
  public static final ObjectName RECOVERY = name("type=Recovery");
  public static final ObjectName GATE = name("type=Gate");
  public static final ObjectName LOGS = name("type=Logs");
  public static final ObjectName ALERTS = name("type=Alerts");
  public static final ObjectName BENCHMARK = name("type=Benchmark");

  /// The [SeriesMXBean] of the machine.
  public static final ObjectName HOST_SERIES = name("type=Series,of=host");

  public static final ObjectName PROCESSES = name("type=Processes");
  public static final ObjectName ADVISOR = name("type=Advisor");

  /// Matches the [NodeMXBean] of every node.
  public static final ObjectName ALL_NODES = name("type=Node,*");

  private ObjectNames() {}

  public static ObjectName node(int nodeId) {
    return name("type=Node,id=" + nodeId);
  }

  public static ObjectName postgres(int nodeId) {
    return name("type=Postgres,id=" + nodeId);
  }

  /// The [SeriesMXBean] of a server.
  public static ObjectName postgresSeries(int nodeId) {
    return name("type=Series,of=postgres,id=" + nodeId);
  }

  public static ObjectName sessions(int nodeId) {
    return name("type=Sessions,id=" + nodeId);
  }

  public static ObjectName cache(int nodeId) {
    return name("type=Cache,id=" + nodeId);
  }

  private static ObjectName name(String keys) {
    try {
      return new ObjectName(DOMAIN + ":" + keys);
    } catch (MalformedObjectNameException e) {
      throw new IllegalArgumentException("not an object name: " + keys, e);
    }
  }
}

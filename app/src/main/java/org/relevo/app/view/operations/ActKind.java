package org.relevo.app.view.operations;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What a person can ask of the cluster.
public enum ActKind {
  /// Brings a node back while clients work.
  RECOVERY(true, true, "standby", "auto,standby,scripts"),
  /// Brings a former primary back; the switchover to it follows by hand.
  FAILBACK(true, true, "standby", "auto,standby,scripts"),
  /// Promotes a standby although the primary is lost, or thought to be.
  FAILOVER(true, true, "failover", "configured,0,16 MB,1 GB"),
  DETACH(true, true, "detach", ""),
  ATTACH(true, false, "attach", ""),
  /// Nothing is done without being asked for.
  PAUSE(false, false, "pause", ""),
  RESUME(false, false, "resume", ""),
  ARCHIVE_ON(false, false, "archive", ""),
  ARCHIVE_OFF(false, false, "archive", ""),
  /// A switchover at a time, done by the service whether or not a window is open.
  SCHEDULE(true, true, "schedule", "", "when"),
  UNSCHEDULE(false, false, "schedule", ""),
  /// A server that the service does not know yet: its settings, then its recovery.
  ADD_NODE(false, false, "add", "", "host,port,data"),
  /// Settings from a file of pgpool-II.
  IMPORT_PGPOOL(false, false, "import", "", "path"),
  /// Settings from Heartbeat's files.
  IMPORT_HEARTBEAT(false, false, "import", "", "path,member,witness");

  private final boolean needsNode;
  private final boolean typed;
  private final String step;
  private final String options;
  private final String fields;

  ActKind(boolean needsNode, boolean typed, String step, String options) {
    this(needsNode, typed, step, options, "");
  }

  ActKind(boolean needsNode, boolean typed, String step, String options, String fields) {
    this.needsNode = needsNode;
    this.typed = typed;
    this.step = step;
    this.options = options;
    this.fields = fields;
  }

  /// Whether it is done to one node.
  public boolean needsNode() {
    return needsNode;
  }

  /// Whether the person must type the node's name.
  public boolean typed() {
    return typed;
  }

  /// Name of the one step of an act that the service does at once.
  String step() {
    return step;
  }

  /// What can be chosen, the first is the default; empty when nothing can.
  public List<String> options() {
    return options.isEmpty() ? List.of() : List.of(options.split(",", -1));
  }

  /// What is to be written besides, in order.
  List<String> fields() {
    return fields.isEmpty() ? List.of() : List.of(fields.split(",", -1));
  }

  /// Whether it is settings that a person puts into the service's file.
  boolean writesSettings() {
    return this == ADD_NODE || this == IMPORT_PGPOOL || this == IMPORT_HEARTBEAT;
  }

  boolean recovers() {
    return this == RECOVERY || this == FAILBACK;
  }

  boolean controls() {
    return this == FAILOVER
        || this == PAUSE
        || this == RESUME
        || this == SCHEDULE
        || this == UNSCHEDULE;
  }

  String key(String what) {
    return "act." + name() + "." + what;
  }

  static Optional<ActKind> of(String name) {
    return Arrays.stream(values()).filter(kind -> kind.name().equals(name)).findFirst();
  }
}

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
  ARCHIVE_OFF(false, false, "archive", "");

  private final boolean needsNode;
  private final boolean typed;
  private final String step;
  private final String options;

  ActKind(boolean needsNode, boolean typed, String step, String options) {
    this.needsNode = needsNode;
    this.typed = typed;
    this.step = step;
    this.options = options;
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

  boolean recovers() {
    return this == RECOVERY || this == FAILBACK;
  }

  boolean controls() {
    return this == FAILOVER || this == PAUSE || this == RESUME;
  }

  String key(String what) {
    return "act." + name() + "." + what;
  }

  static Optional<ActKind> of(String name) {
    return Arrays.stream(values()).filter(kind -> kind.name().equals(name)).findFirst();
  }
}

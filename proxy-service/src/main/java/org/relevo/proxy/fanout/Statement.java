package org.relevo.proxy.fanout;

import org.jspecify.annotations.Nullable;
import org.relevo.proxy.determinism.Plan;
import org.relevo.proxy.sql.SqlStatement;

/// A statement of the extended protocol, as the client has named it. Its plan is the one of the
/// definitions that it was made with.
///
/// Owner: the session's thread.
final class Statement {
  private final byte[] name;
  private final byte[] text;
  private final int[] types;
  private final SqlStatement first;
  private @Nullable Plan plan;
  private long planVersion = -1;
  private byte[] mainText;

  /// @param first what it is; its only statement
  Statement(byte[] name, byte[] text, int[] types, SqlStatement first) {
    this.name = name;
    this.text = text;
    this.types = types;
    this.first = first;
    this.mainText = text;
  }

  byte[] name() {
    return name;
  }

  byte[] text() {
    return text;
  }

  int[] types() {
    return types;
  }

  SqlStatement first() {
    return first;
  }

  /// Null when definitions have changed since.
  @Nullable Plan plan(long version) {
    return version == planVersion ? plan : null;
  }

  void plan(Plan made, long version, byte[] forMain) {
    plan = made;
    planVersion = version;
    mainText = forMain;
  }

  /// What the main node gets: with more in its RETURNING when rows are carried over.
  byte[] mainText() {
    return mainText;
  }
}

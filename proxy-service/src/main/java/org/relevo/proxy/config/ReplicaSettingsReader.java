package org.relevo.proxy.config;

import org.relevo.proxy.core.CommitSafety;

/// Reads what says how statements get to several servers.
///
/// Owner: the thread that reads the configuration.
final class ReplicaSettingsReader {
  private enum Format {
    MIXED,
    STATEMENT
  }

  private final SettingValues values;

  ReplicaSettingsReader(SettingValues values) {
    this.values = values;
  }

  ProxyConfig.Replicas read() {
    return new ProxyConfig.Replicas(
        values.choice(Format.class, "replication_format") == Format.MIXED,
        values.bool("replicate_select"),
        values.bool("replication_stop_on_mismatch"),
        values.bool("failover_if_affected_tuples_mismatch"),
        values.choice(CommitSafety.class, "commit_safety"));
  }
}

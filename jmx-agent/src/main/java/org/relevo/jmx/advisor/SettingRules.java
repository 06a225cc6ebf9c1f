package org.relevo.jmx.advisor;

import java.util.ArrayList;
import java.util.List;
import org.relevo.jmx.contract.Advice;
import org.relevo.jmx.contract.AdviceSeverity;

/// The rules about settings. Pure.
final class SettingRules {
  private static final long BLOCK = 8192;
  private static final long KB = 1024;
  private static final long GB = 1L << 30;
  private static final long LEAST_CHECKPOINTS = 20;

  private final NodeFacts node;
  private final List<Advice> found = new ArrayList<>();

  private SettingRules(NodeFacts node) {
    this.node = node;
  }

  static List<Advice> apply(NodeFacts node) {
    SettingRules rules = new SettingRules(node);
    rules.safety();
    rules.memory();
    rules.checkpoints();
    rules.insight();
    return rules.found;
  }

  private void safety() {
    if (node.is("fsync", "off")) {
      add(
          AdviceSeverity.CRITICAL,
          "fsync",
          "After a power failure the data are damaged beyond repair.",
          "fsync = off",
          "ALTER SYSTEM SET fsync = on; SELECT pg_reload_conf()");
    }
    if (node.is("full_page_writes", "off")) {
      add(
          AdviceSeverity.CRITICAL,
          "full_page_writes",
          "A page that was half written when the power failed cannot be repaired.",
          "full_page_writes = off",
          "ALTER SYSTEM SET full_page_writes = on; SELECT pg_reload_conf()");
    }
    if (node.is("data_checksums", "off")) {
      add(
          AdviceSeverity.HINT,
          "data_checksums",
          "Damage by disk or memory is not noticed, and is copied to standbys and backups.",
          "data_checksums = off",
          "pg_checksums --enable while the server is stopped; standbys too");
    }
    if (node.is("password_encryption", "md5")) {
      add(
          AdviceSeverity.WARNING,
          "password_encryption",
          "MD5 hashes can be used to log in by whoever reads them.",
          "password_encryption = md5",
          "ALTER SYSTEM SET password_encryption = 'scram-sha-256', then set passwords anew");
    }
  }

  private void memory() {
    long shared = bytes("shared_buffers", BLOCK);
    if (node.memoryBytes() <= 0 || shared <= 0) {
      return;
    }
    if (shared < node.memoryBytes() / 20 && node.memoryBytes() >= 2 * GB) {
      add(
          AdviceSeverity.HINT,
          "shared_buffers",
          "Pages are fetched from the system again and again.",
          "%s of %s".formatted(Rules.bytes(shared), Rules.bytes(node.memoryBytes())),
          "about a quarter of the memory: ALTER SYSTEM SET shared_buffers = '%dMB', then restart"
              .formatted((node.memoryBytes() / 4) >> 20));
    }
    if (shared > node.memoryBytes() * 0.6) {
      add(
          AdviceSeverity.WARNING,
          "shared_buffers",
          "Too little is left for sessions and the page cache; the machine may swap.",
          "%s of %s".formatted(Rules.bytes(shared), Rules.bytes(node.memoryBytes())),
          "about a quarter of the memory");
    }
    double work = bytes("work_mem", KB) * Math.max(1, node.number("max_connections"));
    if (work > node.memoryBytes()) {
      add(
          AdviceSeverity.WARNING,
          "work_mem",
          "If every session sorts once, the machine runs out of memory.",
          "work_mem x max_connections is %s of %s"
              .formatted(Rules.bytes(work), Rules.bytes(node.memoryBytes())),
          "a smaller work_mem, or fewer max_connections behind a pool");
    }
    if (bytes("effective_cache_size", BLOCK) < shared) {
      add(
          AdviceSeverity.HINT,
          "effective_cache_size",
          "The planner believes that less is cached than shared buffers alone hold.",
          "%s, shared_buffers %s"
              .formatted(Rules.bytes(bytes("effective_cache_size", BLOCK)), Rules.bytes(shared)),
          "about three quarters of the memory");
    }
  }

  private void checkpoints() {
    long timed = node.checkpoints().timed();
    long requested = node.checkpoints().requested();
    if (!node.standby() && timed + requested > LEAST_CHECKPOINTS && requested > timed) {
      add(
          AdviceSeverity.WARNING,
          "max_wal_size",
          "Checkpoints come because the log is full: more full pages are written, in bursts.",
          "%d of %d checkpoints were asked for".formatted(requested, timed + requested),
          "a larger max_wal_size; now %s MB".formatted(node.settings().get("max_wal_size")));
    }
    if (node.number("checkpoint_completion_target") >= 0
        && node.number("checkpoint_completion_target") < 0.8) {
      add(
          AdviceSeverity.HINT,
          "checkpoint_completion_target",
          "Checkpoints write in bursts instead of evenly.",
          "checkpoint_completion_target = " + node.settings().get("checkpoint_completion_target"),
          "0.9");
    }
  }

  private void insight() {
    if (node.is("track_io_timing", "off")) {
      add(
          AdviceSeverity.HINT,
          "track_io_timing",
          "How long reads and writes take is not known, here and in EXPLAIN.",
          "track_io_timing = off",
          "ALTER SYSTEM SET track_io_timing = on; SELECT pg_reload_conf(); pg_test_timing tells"
              + " what it costs");
    }
  }

  private long bytes(String setting, long unit) {
    double value = node.number(setting);
    return value < 0 ? -1 : (long) (value * unit);
  }

  private void add(
      AdviceSeverity severity, String setting, String reason, String evidence, String fix) {
    found.add(
        new Advice("configuration", severity, node.nodeId(), "", setting, reason, evidence, fix));
  }
}

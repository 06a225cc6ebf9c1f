package org.relevo.proxy.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;

/// A standby that receives nothing while all else of it is well: the access rules of the primary
/// refuse it, and what it had is all that it has.
///
/// Owner: the test; [#close] lets it go on, at the next look of its own at the latest.
final class HeldBack implements AutoCloseable {
  private final Path rules;
  private final String refusal;
  private final LabMember primary;

  /// @return once nothing is sent to it any more
  HeldBack(LabMember primary, LabMember standby) throws IOException, SQLException {
    this.primary = primary;
    this.rules = primary.data().resolve("pg_hba.conf");
    this.refusal = "host replication all %s/32 reject%n".formatted(standby.address);
    Files.writeString(rules, refusal + Files.readString(rules));
    String before = primary.ask("SELECT pg_conf_load_time()");
    primary.ask("SELECT pg_reload_conf()");
    Patience.until(
        "the rules are read", () -> !primary.ask("SELECT pg_conf_load_time()").equals(before));
    Patience.until(
        "nothing is sent to " + standby,
        () -> {
          String senders =
              primary.ask(
                  "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_replication"
                      + " WHERE client_addr = '%s'".formatted(standby.address));
          return senders.equals("0");
        });
  }

  @Override
  public void close() throws IOException {
    if (Files.exists(rules)) {
      Files.writeString(rules, Files.readString(rules).replace(refusal, ""));
    }
    try {
      primary.ask("SELECT pg_reload_conf()");
    } catch (SQLException _) {
      // It does not run, and reads them when it starts.
    }
  }
}

package org.relevo.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The page says what the tables say. With `-Drelevo.update=true` it is written anew.
class FailoverTableTest {
  private static final Path PAGE =
      Path.of(System.getProperty("relevo.root", "..")).resolve("resources/docs/failover-table.md");

  @Test
  void thePageIsCurrent() throws IOException {
    String current = page();
    if (Boolean.getBoolean("relevo.update")) {
      Files.writeString(PAGE, current);
    }
    assertThat(Files.readString(PAGE))
        .as("%s is stale; run this test with -Drelevo.update=true", PAGE)
        .isEqualTo(current);
  }

  private static String page() {
    return """
    # What the control decides

    Generated from the tables in the code; a test fails when this page is older. The first row
    that fits counts, and one always does. Every decision that is told in the log, the journal
    and the history names its row.

    - *lost*: CRASHED (the agent says that the server is stopped or broken), DEAD (a majority of
      the members that observe sees it down, and its agent's lease is over) or UNSEEN (that
      majority sees it down, its agent says that it runs).
    - *proven fresh*: its position stands still for this operation, it is on the primary's
      timeline, and either it has all that the cleanly stopped primary had, or R + W > N holds
      among the standbys that acknowledge commits; in ASYNC mode it is behind the last known
      position by at most the bound.

    ## The leader, while no operation runs

    %s
    ## The leader, by the phase of the operation

    %s
    ## An agent and its own server

    What the state wants of the server: LEADS (is the primary), FOLLOWS (another is), SAVES,
    WAITS, YIELDS, YIELDED, RETURNS (old primary in CHECKPOINT, HOLD, DEMOTE, COLLECT or
    PROMOTE, RESTORE), STANDS (another server meanwhile), LISTENS and REPORTS (another server in
    DEMOTE and COLLECT), RISES (the candidate in PROMOTE), NONE (no primary is known). Done: it
    has reached that.

    %s\
    """
        .formatted(table(Rules.IDLE), table(Rules.RUNNING), table(AgentRules.ROWS));
  }

  private static <S, D> String table(List<Row<S, D>> rows) {
    StringBuilder out =
        new StringBuilder("| row | when | then | why |\n| --- | --- | --- | --- |\n");
    for (Row<S, D> row : rows) {
      out.append("| %s | %s | %s | %s |%n".formatted(row.id(), row.when(), row.then(), row.why()));
    }
    return out.toString();
  }
}

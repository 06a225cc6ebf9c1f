package org.relevo.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.WriteFence;
import org.relevo.proxy.pool.PoolKey;
import org.relevo.proxy.testkit.FixedViews;

class ServerStatementsTest {
  private final ServerConnection connection =
      new ServerConnection(
          new PoolKey(new BackendId(0), "app", "ana"),
          new FixedViews(5432).current().primaryNode().orElseThrow(),
          new OpenServers(new WriteFence()));
  private final ServerStatements statements = connection.statements();
  private final SharedStatement one = statement(1);
  private final SharedStatement two = statement(2);
  private final SharedStatement three = statement(3);

  @Test
  void theLeastRecentlyUsedMakesRoom() {
    assertThat(statements.add(one, 2)).isNull();
    assertThat(statements.add(two, 2)).isNull();
    assertThat(statements.use(one)).isTrue();
    assertThat(statements.add(three, 2)).isSameAs(two);
    assertThat(statements.use(two)).isFalse();
    assertThat(statements.use(one)).isTrue();
    assertThat(statements.use(three)).isTrue();
    assertThat(statements.size()).isEqualTo(2);
  }

  @Test
  void largeOnesMakeRoomUntilTheirBytesFit() {
    int third = (int) ServerStatements.MAX_BYTES / 3;
    SharedStatement large = large(4, third);
    SharedStatement larger = large(5, third);
    SharedStatement huge = large(6, 4 * third);
    assertThat(statements.add(one, 9)).isNull();
    assertThat(statements.add(large, 9)).isNull();
    assertThat(statements.hasRoom(larger, 9)).isTrue();
    assertThat(statements.add(larger, 9)).isNull();
    assertThat(statements.hasRoom(huge, 9)).isFalse();
    assertThat(statements.add(huge, 9)).isSameAs(one);
    assertThat(statements.excess(9)).isSameAs(large);
    assertThat(statements.excess(9)).isSameAs(larger);
    assertThat(statements.excess(9)).as("one is kept, whatever its length").isNull();
    assertThat(statements.use(huge)).isTrue();
    statements.remove(huge);
    assertThat(statements.add(large, 9)).isNull();
    assertThat(statements.add(larger, 9)).as("bytes of what was removed do not count").isNull();
  }

  @Test
  void aLongUnnamedStatementIsKnownWhileSomebodyHasIt() {
    SharedStatement large = large(4, ServerStatements.LONG_BYTES + 1);
    statements.unnamed(large);
    assertThat(statements.unnamed()).isSameAs(large);
    statements.unnamed(one);
    assertThat(statements.unnamed()).isSameAs(one);
    statements.unnamed(null);
    assertThat(statements.unnamed()).isNull();
  }

  private static SharedStatement large(long id, int bytes) {
    return new SharedStatement(id, new byte[bytes], VarSet.EMPTY, 0);
  }

  @Test
  void askingForWhatIsNotThereDoesNotPutItThere() {
    assertThat(statements.use(one)).isFalse();
    assertThat(statements.size()).isZero();
  }

  @Test
  void statementsOfEqualContentAreNotOne() {
    statements.add(one, 9);
    assertThat(statements.use(statement(1))).isFalse();
  }

  @Test
  void clearingForgetsTheUnnamedOneToo() {
    statements.add(one, 9);
    statements.unnamed(two);
    statements.clear();
    assertThat(statements.size()).isZero();
    assertThat(statements.unnamed()).isNull();
  }

  @Test
  void aNamedParseThatWasSkippedLeavesTheUnnamedStatement() {
    statements.add(one, 9);
    statements.unnamed(one);
    one.skipped(connection);
    assertThat(statements.use(one)).isFalse();
    assertThat(statements.unnamed()).isSameAs(one);
  }

  @Test
  void anUnnamedParseThatWasSkippedLeavesTheNamedStatement() {
    statements.add(one, 9);
    statements.unnamed(one);
    one.unnamed().skipped(connection);
    assertThat(statements.use(one)).isTrue();
    assertThat(statements.unnamed()).isNull();
  }

  @Test
  void anUnnamedParseThatWasSkippedLeavesALaterOne() {
    statements.unnamed(two);
    one.unnamed().skipped(connection);
    assertThat(statements.unnamed()).isSameAs(two);
  }

  @Test
  void aStatementShowsItsNameAndNotItsText() {
    assertThat(one).hasToString("relevo_1");
    assertThat(new String(one.serverName(), StandardCharsets.US_ASCII)).isEqualTo("relevo_1");
  }

  private static SharedStatement statement(long id) {
    return new SharedStatement(id, new byte[] {'x', 0, 0, 0}, VarSet.EMPTY, 0);
  }
}

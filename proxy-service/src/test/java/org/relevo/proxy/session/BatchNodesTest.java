package org.relevo.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.relevo.proxy.session.SessionLab.error;
import static org.relevo.proxy.session.SessionLab.message;
import static org.relevo.proxy.session.SessionLab.query;
import static org.relevo.proxy.session.SessionLab.ready;

import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

/// Batches of the extended protocol on two nodes: each goes to one of them as a whole.
class BatchNodesTest extends NodesLab {
  @Test
  void aBatchThatBeginsGoesToOneNodeAsAWhole() {
    lab.send(ana, parse("", "BEGIN"), bind(""), EXECUTE);
    assertThat(lab.servers()).isEqualTo(1);
    lab.send(ana, parse("", "/*1*/ SELECT 1"), bind(""), EXECUTE, SYNC);
    EmbeddedChannel standby = standby();
    assertThat(lab.messages(standby))
        .containsExactly("P BEGIN", "B", "E", "P /*1*/ SELECT 1", "B", "E", "S");
    lab.send(
        standby,
        message('1'),
        message('2'),
        complete("BEGIN"),
        message('1'),
        message('2'),
        complete("SELECT 1"),
        ready('T'));
    lab.outbound(ana);
    lab.send(ana, query("INSERT INTO t VALUES (1)"));
    assertThat(lab.messages(primary)).containsExactly("Q BEGIN");
    answered(primary, "BEGIN", 'T');
    assertThat(lab.messages(standby)).containsExactly("Q ROLLBACK");
    answered(standby, "ROLLBACK", 'I');
    answered(primary, "INSERT 0 1", 'T');
  }

  @Test
  void aBatchWithAWriteGoesToThePrimaryAsAWhole() {
    lab.send(
        ana,
        parse("", "/*1*/ SELECT 1"),
        bind(""),
        EXECUTE,
        parse("", "INSERT INTO t VALUES (1)"),
        bind(""),
        EXECUTE,
        SYNC);
    assertThat(lab.messages(primary)).hasSize(7);
    assertThat(lab.servers()).isEqualTo(1);
    lab.send(primary, error("42P01", "no table"), ready('I'));
  }

  @Test
  void aBeginByItselfIsAnsweredInTheExtendedProtocolToo() {
    lab.send(ana, parse("b", "BEGIN"), bind("b"), message('D', "P\0"), EXECUTE, SYNC);
    assertThat(lab.text(ana))
        .isEqualTo(
            SessionLab.string(
                message('1'), message('2'), message('n'), complete("BEGIN"), ready('T')));
    assertThat(lab.outbound(primary)).isEmpty();
    lab.send(ana, query("COMMIT"));
    clientSees("COMMIT", 'I');
    lab.send(ana, bind("b"), EXECUTE, SYNC);
    assertThat(lab.text(ana))
        .isEqualTo(SessionLab.string(message('2'), complete("BEGIN"), ready('T')));
    lab.send(ana, parse("", "INSERT INTO t VALUES (1)"), bind(""), EXECUTE, SYNC);
    assertThat(lab.messages(primary)).containsExactly("Q BEGIN");
    answered(primary, "BEGIN", 'T');
    assertThat(lab.messages(primary)).containsExactly("P INSERT INTO t VALUES (1)", "B", "E", "S");
    lab.send(primary, message('1'), message('2'), complete("INSERT 0 1"), ready('T'));
  }

  @Test
  void aPreparedStatementFollowsItsClient() {
    lab.send(ana, parse("s", "/*1*/ SELECT 1"), SYNC);
    EmbeddedChannel standby = standby();
    assertThat(lab.messages(standby)).containsExactly("P relevo_0 /*1*/ SELECT 1", "S");
    lab.send(standby, message('1'), ready('I'));
    lab.send(ana, query("BEGIN; INSERT INTO t VALUES (1)"));
    answered(primary, "INSERT 0 1", 'T');
    lab.outbound(primary);
    lab.outbound(ana);
    lab.send(ana, bind("s"), EXECUTE, SYNC);
    assertThat(lab.messages(primary))
        .containsExactly("P relevo_0 /*1*/ SELECT 1", "B relevo_0", "E", "S");
    lab.send(primary, message('1'), message('2'), complete("SELECT 1"), ready('T'));
    assertThat(lab.text(ana))
        .isEqualTo(SessionLab.string(message('2'), complete("SELECT 1"), ready('T')));
  }

  @Test
  void aPortalStaysWhereItIs() {
    EmbeddedChannel standby = readInTransaction("BEGIN");
    lab.send(ana, parse("", "/*1*/ SELECT 1"), bind("p", ""), executeOf("p"), SYNC);
    assertThat(lab.messages(standby)).containsExactly("P /*1*/ SELECT 1", "B p", "E p", "S");
    lab.send(standby, message('1'), message('2'), message('s'), ready('T'));
    lab.send(ana, query("INSERT INTO t VALUES (1)"));
    answered(primary, "BEGIN", 'T');
    answered(primary, "INSERT 0 1", 'T');
    lab.outbound(primary);
    lab.outbound(ana);
    lab.send(ana, executeOf("p"), SYNC);
    assertThat(lab.messages(standby)).containsExactly("E p", "S");
    lab.send(standby, complete("SELECT 1"), ready('T'));
    clientSees("SELECT 1", 'T');
  }

  @Test
  void aBatchThatPausesGoesToThePrimary() {
    lab.send(ana, parse("", "/*1*/ SELECT 1"), message('D', "S\0"), message('H'));
    assertThat(lab.messages(primary)).containsExactly("P /*1*/ SELECT 1", "D S", "H");
    lab.send(primary, message('1'), message('t', "\0\0"), message('n'));
    lab.send(ana, bind(""), EXECUTE, SYNC);
    assertThat(lab.messages(primary)).containsExactly("B", "E", "S");
    lab.send(primary, message('2'), complete("SELECT 1"), ready('I'));
  }
}

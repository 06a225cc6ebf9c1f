package org.relevo.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.relevo.proxy.session.SessionLab.message;
import static org.relevo.proxy.session.SessionLab.query;
import static org.relevo.proxy.session.SessionLab.ready;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.testkit.TestRouter;

/// One client of transaction mode that may be sent to a primary (node 0) and a standby (node 1).
abstract class NodesLab {
  static final byte[] SYNC = message('S');
  static final byte[] EXECUTE = message('E', "\0", "\0\0\0\0");

  final TestRouter router = new TestRouter();
  final SessionLab lab = new SessionLab(PoolMode.TRANSACTION, 2, router);
  final EmbeddedChannel ana = lab.login(Map.of());
  final EmbeddedChannel primary = lab.server(0);

  @AfterEach
  void nothingIsLeft() {
    lab.close();
  }

  /// The standby's connection, which has been asked for just now.
  EmbeddedChannel standby() {
    EmbeddedChannel server = lab.server(lab.servers() - 1);
    assertThat(lab.port(server)).isEqualTo(5433);
    lab.acceptLogin(server);
    return server;
  }

  void answered(EmbeddedChannel server, String tag, char status) {
    lab.send(server, complete(tag), ready(status));
  }

  static byte[] complete(String tag) {
    return message('C', tag + "\0");
  }

  void clientSees(String tag, char status) {
    assertThat(lab.text(ana)).isEqualTo(SessionLab.string(complete(tag), ready(status)));
  }

  EmbeddedChannel readInTransaction(String begin) {
    lab.send(ana, query(begin));
    clientSees("BEGIN", 'T');
    lab.send(ana, query("/*1*/ SELECT 1"));
    EmbeddedChannel standby = standby();
    assertThat(lab.messages(standby)).containsExactly("Q " + begin);
    answered(standby, "BEGIN", 'T');
    assertThat(lab.messages(standby)).containsExactly("Q /*1*/ SELECT 1");
    answered(standby, "SELECT 1", 'T');
    clientSees("SELECT 1", 'T');
    return standby;
  }

  static byte[] parse(String name, String sql) {
    return message('P', name + "\0", sql + "\0", "\0\0");
  }

  static byte[] bind(String statement) {
    return bind("", statement);
  }

  static byte[] bind(String portal, String statement) {
    return message('B', portal + "\0", statement + "\0", "\0\0\0\0\0\0");
  }

  static byte[] executeOf(String portal) {
    return message('E', portal + "\0", "\0\0\0\0");
  }

  static byte[] row(String... values) {
    return SessionLab.dataRow(values);
  }
}

package org.relevo.proxy.balancing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.relevo.proxy.testkit.RawClient;
import org.relevo.proxy.testkit.RawClient.Message;

/// Messages by hand.
final class HandClient implements LabClient {
  private static final Charset UTF = StandardCharsets.UTF_8;

  private final Kind kind;
  private final RawClient raw;
  private final Map<String, String> names = new HashMap<>();
  private int named;

  HandClient(Kind kind, int port) throws IOException {
    this.kind = kind;
    this.raw = new RawClient(port, "trusty", 65_536);
  }

  @Override
  public String ask(String sql) throws IOException, SQLException {
    return askAtOnce(sql).getFirst();
  }

  @Override
  public List<String> askAtOnce(String... texts) throws IOException, SQLException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String sql : texts) {
      if (kind == Kind.SIMPLE) {
        out.writeBytes(RawClient.query(sql, UTF));
      } else {
        extended(sql, out);
      }
    }
    raw.send(out.toByteArray());
    List<String> answers = new ArrayList<>();
    SQLException error = null;
    for (int i = 0; i < texts.length; i++) {
      String last = "";
      for (Message message : raw.untilReady(1)) {
        if (message.tag() == 'D') {
          last = message.column(UTF);
        } else if (message.tag() == 'E' && error == null) {
          error = error(message, texts[i]);
          names.remove(texts[i]); // its Parse may be what failed
        }
      }
      answers.add(last);
    }
    if (error != null) {
      throw error;
    }
    return answers;
  }

  private void extended(String sql, ByteArrayOutputStream out) throws IOException {
    String name = "";
    boolean known = false;
    if (kind == Kind.NAMED) {
      known = names.containsKey(sql);
      name = names.computeIfAbsent(sql, _ -> "s" + named++);
    }
    if (!known) {
      out.writeBytes(RawClient.message('P', (name + "\0" + sql + "\0\0\0").getBytes(UTF)));
    }
    out.writeBytes(RawClient.message('B', ("\0" + name + "\0\0\0\0\0\0\0").getBytes(UTF)));
    out.writeBytes(RawClient.message('D', "P\0".getBytes(UTF)));
    out.writeBytes(RawClient.message('E', "\0\0\0\0\0".getBytes(UTF)));
    out.writeBytes(RawClient.message('S', new byte[0]));
  }

  private static SQLException error(Message message, String sql) {
    String code = "";
    String text = "";
    for (String field : new String(message.content().toBytes(), UTF).split("\0", -1)) {
      if (field.startsWith("C")) {
        code = field.substring(1);
      } else if (field.startsWith("M")) {
        text = field.substring(1);
      }
    }
    return new SQLException(text + " (" + sql + ")", code);
  }

  @Override
  public void close() throws IOException {
    raw.close();
  }
}

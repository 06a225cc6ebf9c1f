package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.server.Conversation;
import org.relevo.proxy.server.VarSet;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.BackendMessages;
import org.relevo.proxy.wire.FrontendMessages;
import org.relevo.proxy.wire.Tags;

/// Asks a session's server what the session carries. One statement; every name and operator is
/// qualified, because it runs under the session's own search_path.
///
/// Owner: event loop of the session.
final class Survey implements Conversation {
  static final int MAX_MESSAGE_BYTES = 4 << 20;
  private static final int MAX_TOTAL_BYTES = 16 << 20;

  private static final String SQL =
      """
      SELECT 's', s.name::pg_catalog.text, s.setting::pg_catalog.text, ''::pg_catalog.text,
             ''::pg_catalog.text
        FROM pg_catalog.pg_settings s
       WHERE s.source OPERATOR(pg_catalog.=) 'session'::pg_catalog.text
         AND (s.context OPERATOR(pg_catalog.=) 'user'::pg_catalog.text
              OR s.context OPERATOR(pg_catalog.=) 'superuser'::pg_catalog.text)
         AND NOT (s.name OPERATOR(pg_catalog.~) '^transaction_'::pg_catalog.text)
      UNION ALL
      SELECT 'u', session_user::pg_catalog.text,
             pg_catalog.current_setting('role'::pg_catalog.text), '', ''
      UNION ALL
      SELECT 'p', p.name, p.statement,
             p.parameter_types::pg_catalog.oid[]::pg_catalog.text, p.from_sql::pg_catalog.text
        FROM pg_catalog.pg_prepared_statements p
      UNION ALL
      SELECT 'o', 'it has temporary tables', '', '', ''
       WHERE EXISTS (SELECT FROM pg_catalog.pg_class c
                      WHERE c.relnamespace OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema())
          OR EXISTS (SELECT FROM pg_catalog.pg_proc f
                      WHERE f.pronamespace OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema())
      UNION ALL
      SELECT 'o', 'it has WITH HOLD cursors', '', '', ''
       WHERE EXISTS (SELECT FROM pg_catalog.pg_cursors c WHERE c.is_holdable)
      UNION ALL
      SELECT 'o', 'it holds session-level advisory locks', '', '', ''
       WHERE EXISTS (SELECT FROM pg_catalog.pg_locks l
                      WHERE l.locktype OPERATOR(pg_catalog.=) 'advisory'::pg_catalog.text
                        AND l.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid())
      UNION ALL
      SELECT 'o', 'it listens for notifications', '', '', ''
       WHERE EXISTS (SELECT FROM pg_catalog.pg_listening_channels())
      """;

  private final String loginRole;
  private final Consumer<Baggage> whenDone;
  private final Runnable whenLost;
  private final List<Baggage.Setting> settings = new ArrayList<>();
  private final List<Baggage.Setting> identity = new ArrayList<>();
  private final List<Baggage.Statement> statements = new ArrayList<>();
  private final List<String> obstacles = new ArrayList<>();
  private int bytes;
  private boolean readable = true;

  Survey(String loginRole, Consumer<Baggage> whenDone, Runnable whenLost) {
    this.loginRole = new String(loginRole.getBytes(StandardCharsets.UTF_8), VarSet.BYTES);
    this.whenDone = whenDone;
    this.whenLost = whenLost;
  }

  /// @param custom names of custom settings, which the server does not list
  static void ask(Channel server, Set<String> custom) {
    StringBuilder sql = new StringBuilder(SQL);
    for (String name : custom) {
      String literal = "'" + name.replaceAll("[^a-zA-Z0-9_.$]", "") + "'";
      sql.append("UNION ALL SELECT 's', ").append(literal).append(", pg_catalog.current_setting(");
      sql.append(literal).append(", true), '', '' ");
      sql.append("WHERE pg_catalog.current_setting(")
          .append(literal)
          .append(", true) IS NOT NULL ");
    }
    ByteBuf out = server.alloc().buffer();
    FrontendMessages.query(out, sql.toString());
    var _ = server.writeAndFlush(out);
  }

  @Override
  public void message(byte tag, ByteBuf frame) {
    switch (tag) {
      case Tags.DATA_ROW -> {
        bytes += frame.readableBytes();
        if (bytes > MAX_TOTAL_BYTES) {
          obstacle("its prepared statements are larger than 16 MB");
        } else {
          row(BackendMessages.readDataRow(Conversation.body(frame), VarSet.BYTES));
        }
      }
      case Tags.ERROR_RESPONSE -> {
        readable = false;
        obstacle(
            "the server could not tell its state: "
                + BackendError.read(Conversation.body(frame)).message());
      }
      case Tags.READY_FOR_QUERY -> {
        settings.addAll(identity);
        whenDone.accept(new Baggage(settings, statements, obstacles, readable));
      }
      default -> {
        // row description, command tag, notices
      }
    }
  }

  @Override
  public void lost(String why) {
    whenLost.run();
  }

  private void row(List<@Nullable String> row) {
    String kind = column(row, 0);
    switch (kind) {
      case "s" -> {
        Baggage.Setting setting = new Baggage.Setting(column(row, 1), column(row, 2));
        if (setting.name().equals("client_encoding")) {
          settings.addFirst(setting); // all that follows is written in it
        } else {
          settings.add(setting);
        }
      }
      case "u" -> {
        if (!column(row, 1).equals(loginRole)) {
          identity.add(new Baggage.Setting("session_authorization", column(row, 1)));
        }
        if (!column(row, 2).equals("none")) {
          identity.add(new Baggage.Setting("role", column(row, 2)));
        }
      }
      case "p" ->
          statements.add(
              new Baggage.Statement(
                  column(row, 1),
                  column(row, 2),
                  types(column(row, 3)),
                  column(row, 4).startsWith("t")));
      default -> obstacle(column(row, 1));
    }
  }

  private void obstacle(String reason) {
    if (!obstacles.contains(reason)) {
      obstacles.add(reason);
    }
  }

  private static String column(List<@Nullable String> row, int index) {
    String value = index < row.size() ? row.get(index) : null;
    return value == null ? "" : value;
  }

  /// Reads `{23,25}`.
  private static List<Integer> types(String array) {
    List<Integer> types = new ArrayList<>();
    for (String oid : array.replaceAll("[{}]", "").split(",", -1)) {
      if (oid.matches("\\d{1,10}")) {
        types.add((int) Long.parseLong(oid));
      }
    }
    return types;
  }
}

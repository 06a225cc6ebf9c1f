package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.server.Conversation;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.server.VarSet;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.FrontendMessages;
import org.relevo.proxy.wire.Tags;
import org.relevo.proxy.wire.WireLimits;

/// Gives a server connection the settings and the statements of a session, in one write.
///
/// Owner: event loop of the connection.
final class Replay implements Conversation {
  private static final int TEXT_TYPE = 25;
  private static final String SET_CONFIG = "SELECT pg_catalog.set_config($1, $2, false)";

  private final ServerConnection server;
  private final Consumer<Optional<BackendError>> whenDone;
  private int batchesOwed = 1;
  private boolean settingsDone;
  private Optional<BackendError> problem = Optional.empty();
  private boolean lost;

  private Replay(ServerConnection server, Consumer<Optional<BackendError>> whenDone) {
    this.server = server;
    this.whenDone = whenDone;
  }

  /// Changes what the connection was given into what is wanted.
  ///
  /// @param whenDone gets the error of the server, or that it was lost
  static void settings(
      ServerConnection server,
      VarSet given,
      VarSet wanted,
      Consumer<Optional<BackendError>> whenDone) {
    Replay replay = new Replay(server, whenDone);
    ByteBuf out = server.channel().alloc().buffer();
    List<Baggage.Setting> settings = new ArrayList<>();
    wanted
        .values()
        .forEach((name, value) -> {
          // Identity is always taken on anew: resetting one part of it resets the other.
          if (rank(name) >= 2 || !value.equals(given.values().get(name))) {
            settings.add(new Baggage.Setting(name, value));
          }
        });
    reset(out, given, wanted);
    set(out, ordered(settings));
    FrontendMessages.sync(out);
    server.statements().unnamed(null);
    replay.send(out);
  }

  /// Takes a session as it was found on another server to a connection without any state.
  static void baggage(
      ServerConnection server, Baggage baggage, Consumer<Optional<BackendError>> whenDone) {
    Replay replay = new Replay(server, whenDone);
    ByteBuf out = server.channel().alloc().buffer();
    // Settings first: statements are resolved under the session's search_path and role.
    set(out, baggage.settings());
    FrontendMessages.sync(out);
    // Each statement ends with a Sync of its own, so that one does not spoil the others.
    for (Baggage.Statement statement : baggage.statements()) {
      if (statement.fromSql()) {
        // Through the extended protocol, which refuses a text of several statements.
        run(out, statement.sql());
      } else {
        FrontendMessages.parse(
            out, statement.name(), statement.sql(), statement.parameterTypes(), VarSet.BYTES);
      }
      FrontendMessages.sync(out);
    }
    replay.batchesOwed += baggage.statements().size();
    server.statements().unnamed(null);
    replay.send(out);
  }

  private void send(ByteBuf out) {
    server.converse(this, WireLimits.MAX_LOGIN_MESSAGE_BYTES);
    var _ = server.channel().writeAndFlush(out);
  }

  /// Identity last: what follows it may not be allowed to the role that is taken on.
  private static List<Baggage.Setting> ordered(List<Baggage.Setting> settings) {
    List<Baggage.Setting> ordered = new ArrayList<>();
    for (int rank = 0; rank <= 3; rank++) {
      for (Baggage.Setting setting : settings) {
        if (rank(setting.name()) == rank) {
          ordered.add(setting);
        }
      }
    }
    return ordered;
  }

  private static int rank(String name) {
    return switch (name) {
      case "client_encoding" -> 0; // all that follows is written in it
      case "session_authorization" -> 2;
      case "role" -> 3;
      default -> 1;
    };
  }

  private static void reset(ByteBuf out, VarSet given, VarSet wanted) {
    Map<String, String> kept = wanted.values();
    if (given.values().containsKey("role")) {
      run(out, "RESET ROLE");
    }
    if (given.values().containsKey("session_authorization")) {
      run(out, "RESET SESSION AUTHORIZATION");
    }
    for (String name : given.values().keySet()) {
      // Some values are read as changes of the value before: DateStyle.
      if (!given.values().get(name).equals(kept.get(name)) && rank(name) < 2) {
        run(out, "RESET " + identifier(name));
      }
    }
  }

  /// A custom setting's name has parts.
  private static String identifier(String name) {
    return "\"" + name.replace("\"", "\"\"").replace(".", "\".\"") + "\"";
  }

  private static void set(ByteBuf out, List<Baggage.Setting> settings) {
    if (settings.isEmpty()) {
      return;
    }
    FrontendMessages.parse(out, "", SET_CONFIG, List.of(TEXT_TYPE, TEXT_TYPE), VarSet.BYTES);
    for (Baggage.Setting setting : settings) {
      FrontendMessages.bind(out, List.of(setting.name(), setting.value()), VarSet.BYTES);
      FrontendMessages.execute(out);
    }
  }

  private static void run(ByteBuf out, String sql) {
    FrontendMessages.parse(out, "", sql, List.of(), VarSet.BYTES);
    FrontendMessages.bind(out, List.of(), VarSet.BYTES);
    FrontendMessages.execute(out);
  }

  @Override
  public void message(byte tag, ByteBuf frame) {
    switch (tag) {
      case Tags.ERROR_RESPONSE -> {
        if (!settingsDone) {
          problem = Optional.of(BackendError.read(Conversation.body(frame)));
        }
        // A statement that cannot be prepared any more is missed only if it is used: 26000.
      }
      case Tags.READY_FOR_QUERY -> {
        settingsDone = true;
        batchesOwed--;
        if (batchesOwed == 0 && !lost) {
          server.endConversation();
          whenDone.accept(problem);
        }
      }
      default -> {
        // answers of the batch, notices
      }
    }
  }

  @Override
  public void lost(String why) {
    lost = true;
    whenDone.accept(
        Optional.of(
            BackendError.fatal(
                SqlState.CONNECTION_FAILURE, "server " + server.address() + " " + why)));
  }
}

package org.relevo.proxy.fanout;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.sql.StatementKind;
import org.relevo.proxy.wire.Tags;
import org.relevo.proxy.wire.WireException;

/// Statements and portals that a client has named in the extended protocol.
///
/// Owner: the session's thread.
final class ExtendedNames {
  private final FanoutSession session;
  private final Map<String, Statement> statements = new HashMap<>();
  private final Map<String, Portal> portals = new HashMap<>();
  private long bytes;

  ExtendedNames(FanoutSession session) {
    this.session = session;
  }

  Map<String, Statement> statements() {
    return statements;
  }

  Map<String, Portal> portals() {
    return portals;
  }

  void clear() {
    statements.clear();
    portals.clear();
    bytes = 0;
  }

  void forgetPortals() {
    portals.values().forEach(portal -> bytes -= portal.bind().bytes());
    portals.clear();
  }

  void forgetStatement(String name) {
    Statement gone = statements.remove(name);
    bytes -= gone == null ? 0 : gone.text().length;
  }

  private void forgetPortal(String name) {
    Portal gone = portals.remove(name);
    bytes -= gone == null ? 0 : gone.bind().bytes();
  }

  private void keep(long more) {
    bytes += more;
    if (bytes > FanoutLimits.MAX_NAMED_BYTES || portals.size() > FanoutLimits.MAX_NAMES) {
      throw new WireException(
          "more than %d bytes or %d names of prepared statements and portals"
              .formatted(FanoutLimits.MAX_NAMED_BYTES, FanoutLimits.MAX_NAMES));
    }
  }

  /// Takes over what the messages name.
  void define(List<Frame> frames) throws InterruptedException {
    for (Frame frame : frames) {
      switch (frame.tag()) {
        case Tags.PARSE -> parse(frame);
        case Tags.BIND -> {
          String name = frame.nameAt(0);
          Statement bound = statements.get(frame.nameAt(frame.stringAt(0).length + 1));
          forgetPortal(name);
          if (bound != null) {
            portals.put(name, new Portal(bound, frame));
            keep(frame.bytes());
          }
        }
        case Tags.CLOSE -> {
          if (frame.body().length > 0 && frame.body()[0] == 'S') {
            forgetStatement(frame.nameAt(1));
          } else {
            forgetPortal(frame.nameAt(1));
          }
        }
        default -> {}
      }
    }
  }

  private void parse(Frame frame) throws InterruptedException {
    byte[] name = frame.stringAt(0);
    byte[] text = frame.stringAt(name.length + 1);
    int at = name.length + text.length + 2;
    int[] types = new int[Math.min(frame.int16(at), (frame.body().length - at) / 4)];
    for (int i = 0; i < types.length; i++) {
      types[i] = frame.int32(at + 2 + 4 * i);
    }
    StatementClass found = session.texts().classify(text);
    SqlStatement first =
        found.single()
            ? found.first()
            : SqlStatement.bare(StatementKind.UNKNOWN, 0, text.length, false);
    String key = new String(name, StandardCharsets.ISO_8859_1);
    if (statements.size() >= FanoutLimits.MAX_NAMES) {
      throw new WireException("more than " + FanoutLimits.MAX_NAMES + " prepared statements");
    }
    if (name.length == 0 || !statements.containsKey(key)) {
      forgetStatement(key);
      statements.put(key, new Statement(name, text, types, first));
      keep(text.length);
    }
  }

  /// Whether the session answers it itself.
  static boolean isLocal(Statement one) {
    return Portal.isLocal(one.first().kind());
  }

  /// The statement that a message is about; null when there is none.
  @Nullable Statement named(Frame frame) {
    return switch (frame.tag()) {
      case Tags.PARSE -> statements.get(frame.nameAt(0));
      case Tags.BIND -> statements.get(frame.nameAt(frame.stringAt(0).length + 1));
      case Tags.DESCRIBE -> {
        if (frame.body().length > 0 && frame.body()[0] == 'S') {
          yield statements.get(frame.nameAt(1));
        }
        Portal described = portals.get(frame.nameAt(1));
        yield described == null ? null : described.statement();
      }
      default -> null;
    };
  }
}

package org.relevo.proxy.testkit.script;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.BackendMessages;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads a server's answers in whatever pieces they come, in a form that can be compared: without
/// the login's messages, without names that a proxy may change, ParameterStatus kept apart.
final class Frames {
  private static final Logger LOG = LoggerFactory.getLogger(Frames.class);

  /// Errors whose text names a statement or a portal.
  private static final Set<String> NAMING = Set.of("42P05", "26000", "34000", "42P03");

  private final ByteBuf in = Unpooled.buffer();
  private final Map<String, String> reported = new HashMap<>();
  private boolean ready;

  /// Takes bytes and gives the whole messages.
  List<String> read(byte[] bytes) {
    in.discardReadBytes().writeBytes(bytes);
    List<String> found = new ArrayList<>();
    while (in.readableBytes() >= 5 && in.readableBytes() >= 1 + length()) {
      char tag = (char) in.readByte();
      byte[] body = ByteBufUtil.getBytes(in.readSlice(in.readInt() - 4));
      if (tag == 'S') {
        Map.Entry<String, String> status = BackendMessages.readParameterStatus(body, body.length);
        LOG.debug("status {}", status);
        reported.put(status.getKey(), status.getValue());
      } else if (ready || tag == 'E') {
        found.add(shown(tag, body));
      }
      ready |= tag == 'Z';
    }
    return found;
  }

  private int length() {
    int length = in.getInt(in.readerIndex() + 1);
    if (length < 4 || length > 1 << 20) {
      throw new AssertionError("a message of " + length + " bytes for a client");
    }
    return length;
  }

  /// Whether the login has ended well.
  boolean ready() {
    return ready;
  }

  /// The last value of every reported setting.
  Map<String, String> reported() {
    return reported;
  }

  private static String shown(char tag, byte[] body) {
    if (tag == 'E' || tag == 'N') {
      BackendError error = BackendError.read(body);
      String text = NAMING.contains(error.sqlState()) ? "" : error.message();
      return tag + " " + error.fields().get('V') + " " + error.sqlState() + " " + text;
    }
    return tag + " " + new String(body, StandardCharsets.ISO_8859_1).replace('\0', '.');
  }
}

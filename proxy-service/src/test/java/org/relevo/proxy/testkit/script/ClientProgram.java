package org.relevo.proxy.testkit.script;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.relevo.proxy.testkit.script.Exchanges.Part;
import org.relevo.proxy.wire.FrontendMessages;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A client that says random things and knows the right answers: it speaks to a server of its own,
/// which nobody else uses, at the same time. Any other answer, and be it one byte of another
/// client's, fails the test. Bytes out, bytes in, no channel.
///
/// Owner: the test's one thread.
public final class ClientProgram {
  private static final Logger LOG = LoggerFactory.getLogger(ClientProgram.class);

  /// How it ended.
  public enum End {
    NOT_YET,
    /// All was said and answered.
    COMPLETE,
    /// The connection was closed or an error said that it is lost.
    LOST
  }

  private final int number;
  private final Random random;
  private final Exchanges exchanges;
  private final BackendSession own;
  private final Frames ownFrames = new Frames();
  private final Frames frames = new Frames();
  private final ArrayDeque<String> expected = new ArrayDeque<>();
  private final ArrayDeque<Part> parts = new ArrayDeque<>();
  private final ByteBuf out = Unpooled.buffer();
  private final int depth;

  /// Whether it goes on before the login has ended, as PostgreSQL lets it.
  private final boolean eager;

  private int exchangesLeft;
  private int readyExpected;
  private boolean began;
  private boolean inBlock;
  private End end = End.NOT_YET;
  private String last = "";

  /// Whether it was told that its transaction is lost, but not its session.
  private boolean survived;

  public ClientProgram(int number, Random random, Features features, int length) {
    this.number = number;
    this.own = new ScriptedBackend(10 * number + 1).open();
    this.random = random;
    this.exchanges = new Exchanges(random, number, features);
    this.exchangesLeft = length;
    this.depth = 1 + random.nextInt(3);
    this.eager = random.nextInt(4) == 0;
  }

  /// What is to be sent; the sender moves the index. Says more when it is time to.
  public ByteBuf out() {
    if (!began) {
      began = true;
      say(startup());
    }
    while (end == End.NOT_YET && (eager || frames.ready()) && maySay()) {
      if (parts.isEmpty()) {
        exchangesLeft--;
        parts.addAll(exchanges.next(inBlock));
      }
      say(parts.remove().bytes().toBytes());
    }
    if (end == End.NOT_YET && frames.ready() && saidAll() && expected.isEmpty()) {
      end = End.COMPLETE;
      checkReported();
      if (random.nextInt(4) != 0) {
        out.writeBytes(Exchanges.message('X', ""));
      }
    }
    return out;
  }

  /// Takes bytes that came from the proxy.
  public void receive(byte[] bytes) {
    for (String message : frames.read(bytes)) {
      LOG.debug("client {} gets {}, expects {}", number, message, expected.peek());
      if (survived) {
        continue; // what was sent behind has an answer each, with or without the transaction
      }
      if (end == End.LOST) {
        throw new AssertionError(this + " was told after its end: " + message);
      }
      if (message.equals(expected.peek())) {
        expected.remove();
        readyExpected -= message.startsWith("Z") ? 1 : 0;
        last = message;
      } else if (lost(message)) {
        end = End.LOST;
        survived = message.startsWith("E ERROR");
        last = message;
      } else {
        throw new AssertionError(
            "%s got '%s' where '%s' is right".formatted(this, message, expected.peek()));
      }
    }
  }

  /// The connection was closed, by whomever.
  public void closed() {
    if (end == End.NOT_YET) {
      end = End.LOST;
      last += " closed";
    }
  }

  public End end() {
    return end;
  }

  public int number() {
    return number;
  }

  /// Whether it has no more to say although its connection is open.
  public boolean leaves() {
    return survived;
  }

  /// Whether it waits for an answer or is inside a transaction block.
  public boolean busy() {
    return !expected.isEmpty() || inBlock || !frames.ready();
  }

  @Override
  public String toString() {
    return "client %d (%s, waits for %s, last '%s')".formatted(number, end, expected.peek(), last);
  }

  private boolean saidAll() {
    return exchangesLeft == 0 && parts.isEmpty();
  }

  private boolean maySay() {
    if (saidAll()) {
      return false;
    }
    if (parts.isEmpty()) {
      return readyExpected < depth;
    }
    return !parts.element().afterAnswers() || expected.isEmpty();
  }

  private void say(byte[] bytes) {
    out.discardReadBytes().writeBytes(bytes);
    own.receive(bytes);
    byte[] answer = ByteBufUtil.getBytes(own.out());
    own.out().clear();
    List<String> messages = ownFrames.read(answer);
    expected.addAll(messages);
    for (String message : messages) {
      if (message.startsWith("Z")) {
        readyExpected++;
        inBlock = !message.equals("Z I");
      }
    }
  }

  private byte[] startup() {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("user", "trusty");
    parameters.put("database", "postgres");
    if (random.nextBoolean()) {
      parameters.put("application_name", "app" + number);
    }
    if (random.nextInt(3) == 0) {
      parameters.put("TimeZone", "Etc/GMT-" + (1 + number % 12));
    }
    ByteBuf packet = Unpooled.buffer();
    FrontendMessages.startup(packet, 0, parameters);
    return ByteBufUtil.getBytes(packet);
  }

  /// Errors that say that connection or transaction are lost, and not by the client's fault.
  private static boolean lost(String message) {
    return message.startsWith("E ") && message.matches("(?s)E \\w+ (08|57|53|40)\\w{3} .*");
  }

  private void checkReported() {
    Map<String, String> differing = new HashMap<>(ownFrames.reported());
    differing.entrySet().removeAll(frames.reported().entrySet());
    differing.remove("server_version");
    if (!differing.isEmpty()) {
      throw new AssertionError(
          "%s should know %s but was told %s".formatted(this, differing, frames.reported()));
    }
  }
}

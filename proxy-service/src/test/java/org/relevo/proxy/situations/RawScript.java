package org.relevo.proxy.situations;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.relevo.proxy.situations.Situation.Address;
import org.relevo.proxy.testkit.Await;

/// A script of messages, one a line: `[@CLIENT] [+|!]MESSAGE arguments`. A client that is not named
/// is `a`; one that did not `start` logs in as `app` at its first message.
///
/// - `Q sql`, `S`, `F oid values` send all that is queued and read up to ReadyForQuery (or up to
///   CopyInResponse); with `+` they are only queued, with `!` sent and not waited for.
/// - `P name [types] sql`, `B portal statement values`, `D S|P name`, `E portal rows`, `C S|P
///   name`, `H`, `d data`, `c`, `f reason`, `X`, `bytes hex` are queued; with `!` sent.
/// - `read TAGS` sends and reads up to each tag in turn, `eof` up to the end.
/// - `many N statement` executes it N times with as many Syncs, `declare N` parses N statements.
/// - `start [version] name=value…` (`-` leaves a parameter out), `ssl`, `gss`, `packet hex`, `text`
///   (reads all as text), `close`, `charset NAME`, `cancel`, `cancel wrong`, `cancel until` (again
///   until something comes).
/// - `admin sql` runs beside it, straight at the server; `await sql` until it gives true; `active
///   pattern` until a statement like it runs; `restart` restarts the server.
final class RawScript implements Situation.Program {
  private static final Pattern LINE = Pattern.compile("(?:@([a-z]) )?([+!]?)(\\S+)(?: (.*))?");
  private static final Pattern OPTION = Pattern.compile("(\\S+?)=(?:'([^']*)'|(\\S*))");
  private static final String REFUSAL = " C=0A000";

  private final List<String> lines;

  RawScript(List<String> lines) {
    this.lines = lines.stream().filter(line -> !line.isBlank() && !line.startsWith("# ")).toList();
  }

  @Override
  public List<String> run(Address address) throws Exception {
    try (Run run = new Run(address)) {
      for (String line : lines) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
          throw new IllegalArgumentException("no command: " + line);
        }
        run.transcript.add("> " + line);
        String rest = parts.group(4) == null ? "" : parts.group(4);
        char who = parts.group(1) == null ? 'a' : parts.group(1).charAt(0);
        boolean goOn = run.command(who, parts.group(2), parts.group(3), rest);
        if (!goOn || (address.stopAtRefusal() && run.refused())) {
          break;
        }
      }
      return run.transcript;
    }
  }

  /// One run of the script.
  private static final class Run implements AutoCloseable {
    private final Address address;
    private final List<String> transcript = new ArrayList<>();
    private final Map<Character, RawPeer> peers = new TreeMap<>();
    private final Map<Character, Charset> charsets = new TreeMap<>();

    private Run(Address address) {
      this.address = address;
    }

    private boolean refused() {
      return transcript.stream().anyMatch(line -> line.contains(REFUSAL));
    }

    private RawPeer open(char who) throws IOException {
      RawPeer peer = new RawPeer(address.port(), text -> transcript.add(who + " " + text));
      peers.put(who, peer);
      return peer;
    }

    /// Goes on without encryption, on a new connection where the server would begin it: whether it
    /// would depends on how it was built.
    private void askEncryption(char who, String packet) throws IOException {
      RawPeer peer = open(who);
      peer.queue(RawMessages.hex(packet));
      peer.send();
      if (peer.readByte() != 'N') {
        peer.drop();
        peers.remove(who);
      }
      transcript.add(who + " answered");
    }

    private RawPeer peer(char who) throws IOException {
      RawPeer known = peers.get(who);
      return known == null ? login(who, "") : known;
    }

    /// @param options empty for a log-in that is not told
    private RawPeer login(char who, String options) throws IOException {
      Map<String, String> parameters = new LinkedHashMap<>();
      parameters.put("user", "app");
      parameters.put("database", Lab.DATABASE);
      Matcher option = OPTION.matcher(options);
      while (option.find()) {
        String value = option.group(2) == null ? option.group(3) : option.group(2);
        parameters.put(option.group(1), value);
      }
      parameters.values().removeIf("-"::equals);
      String user = parameters.get("user");
      String password = parameters.containsKey("password") ? parameters.remove("password") : user;
      Matcher version = Pattern.compile("(\\d+)\\.(\\d+)(?: .*)?").matcher(options);
      boolean given = version.matches();
      RawPeer peer = peers.containsKey(who) ? peers.get(who) : open(who);
      peer.start(
          given ? Integer.parseInt(version.group(1)) : 3,
          given ? Integer.parseInt(version.group(2)) : 0,
          parameters,
          password,
          !options.isEmpty());
      return peer;
    }

    /// @return false when an answer stayed away
    private boolean command(char who, String mark, String name, String rest) throws Exception {
      switch (name) {
        case "start" -> login(who, rest.isEmpty() ? " " : rest);
        case "charset" -> charsets.put(who, RawMessages.charset(rest));
        case "admin" -> address.lab().execute(rest);
        case "await" -> address.lab().await(rest);
        case "active" -> address.lab().awaitActive(rest);
        case "restart" -> address.lab().restart();
        case "ssl" -> askEncryption(who, "00000008 04d2162f");
        case "gss" -> askEncryption(who, "00000008 04d21630");
        case "packet" -> {
          RawPeer peer = open(who);
          peer.queue(RawMessages.hex(RawMessages.expand(rest)));
          peer.send();
        }
        case "text" -> peers.get(who).readText();
        case "close" -> peer(who).drop();
        case "cancel" -> cancel(peer(who), rest);
        case "read" -> {
          peer(who).send();
          return peer(who).readUpTo(rest);
        }
        case "eof" -> {
          peer(who).send();
          return peer(who).readUpTo("*");
        }
        case "many" -> {
          return many(peer(who), rest.split(" ", 2));
        }
        case "declare" -> {
          for (int i = 1; i <= Integer.parseInt(rest); i++) {
            peer(who).queue('P', RawMessages.parse("n" + i + " SELECT " + i, charset(who)));
          }
          return message(peer(who), "", "S", "", charset(who));
        }
        default -> {
          RawPeer peer = peer(who);
          String text = rest.replace("${pid}", String.valueOf(peer.processNumber()));
          return message(peer, mark, name, text, charset(who));
        }
      }
      return true;
    }

    /// Executes a statement many times, each with a Sync, in one write.
    private boolean many(RawPeer peer, String[] words) throws IOException {
      int count = Integer.parseInt(words[0]);
      for (int i = 0; i < count; i++) {
        peer.queue('B', RawMessages.bind("- " + words[1] + " " + i, StandardCharsets.UTF_8));
        peer.queue('E', RawMessages.execute("-", StandardCharsets.UTF_8));
        peer.queue('S', new byte[0]);
      }
      peer.send();
      return peer.readUpTo("Z".repeat(count));
    }

    private Charset charset(char who) {
      return charsets.getOrDefault(who, StandardCharsets.UTF_8);
    }

    private static void cancel(RawPeer peer, String how) throws IOException {
      if (how.equals("until")) {
        Await.until(
            "an answer to the cancelled statement",
            () -> {
              peer.cancel(false);
              return peer.hasInput();
            });
      } else {
        peer.cancel(how.equals("wrong"));
      }
    }

    private static boolean message(
        RawPeer peer, String mark, String name, String rest, Charset charset) throws IOException {
      switch (name) {
        case "Q" -> peer.queue('Q', RawMessages.string(RawMessages.expand(rest), charset));
        case "P" -> peer.queue('P', RawMessages.parse(rest, charset));
        case "B" -> peer.queue('B', RawMessages.bind(rest, charset));
        case "D", "C" -> peer.queue(name.charAt(0), RawMessages.named(rest, charset));
        case "E" -> peer.queue('E', RawMessages.execute(rest, charset));
        case "F" -> peer.queue('F', RawMessages.call(rest, charset));
        case "f" -> peer.queue('f', RawMessages.string(rest, charset));
        case "d" -> peer.queue('d', RawMessages.text(rest, charset));
        case "H", "S", "c", "X" -> peer.queue(name.charAt(0), new byte[0]);
        case "bytes" -> peer.queue(RawMessages.hex(rest));
        default -> throw new IllegalArgumentException("no message: " + name);
      }
      boolean asks = name.equals("Q") || name.equals("S") || name.equals("F");
      if (mark.equals("!") || (asks && mark.isEmpty())) {
        peer.send();
      }
      return !asks || !mark.isEmpty() || peer.readUpTo("Z");
    }

    @Override
    public void close() throws IOException {
      for (RawPeer peer : peers.values()) {
        peer.close();
      }
    }
  }
}

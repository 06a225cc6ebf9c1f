package org.relevo.proxy.testkit.script;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.relevo.proxy.wire.ByteString;
import org.relevo.proxy.wire.CancelKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A PostgreSQL server that is a model: fast, deterministic, without channels. Remembers which
/// clients' tags each of its sessions has seen.
///
/// Owner: the test's one thread.
public final class ScriptedBackend {
  private static final Logger LOG = LoggerFactory.getLogger(ScriptedBackend.class);

  /// `c7_` and a number: the tag of client 7.
  private static final Pattern TAG = Pattern.compile("c(\\d+)_\\d+");

  private final List<BackendSession> sessions = new ArrayList<>();
  private final Map<BackendSession, TreeSet<Integer>> guests = new HashMap<>();
  private int lastProcessId;

  /// @param firstProcessId tells its sessions from those of other servers
  public ScriptedBackend(int firstProcessId) {
    lastProcessId = firstProcessId - 1;
  }

  public BackendSession open() {
    BackendSession session = new BackendSession(this, ++lastProcessId);
    sessions.add(session);
    guests.put(session, new TreeSet<>());
    return session;
  }

  /// Sessions that are connected.
  public List<BackendSession> sessions() {
    return sessions;
  }

  public void closed(BackendSession session) {
    sessions.remove(session);
    guests.remove(session);
  }

  /// The clients whose statements are in the transaction that the session is in; more than one is
  /// never right.
  public Set<Integer> guests(BackendSession session) {
    return guests.getOrDefault(session, new TreeSet<>());
  }

  CancelKey key(int processId) {
    return new CancelKey(processId, ByteString.copyOf(new byte[] {1, 2, 3, (byte) processId}));
  }

  void heard(BackendSession session, char tag, ByteBuf body) {
    if (LOG.isDebugEnabled()) {
      LOG.debug("{} hears {} {}", session.processId(), tag, printable(body));
    }
    Matcher matcher = TAG.matcher(body.toString(StandardCharsets.ISO_8859_1));
    while (matcher.find()) {
      Set<Integer> seen = guests(session);
      seen.add(Integer.valueOf(matcher.group(1)));
      if (seen.size() > 1 && tag != 'P') {
        throw new AssertionError(session + " serves clients " + seen + " at once");
      }
    }
  }

  private static String printable(ByteBuf body) {
    return body.toString(StandardCharsets.ISO_8859_1).replaceAll("[\\x00-\\x1f]", ".");
  }

  void ready(BackendSession session) {
    if (session.leftovers().isEmpty()) {
      guests(session).clear();
    }
  }
}

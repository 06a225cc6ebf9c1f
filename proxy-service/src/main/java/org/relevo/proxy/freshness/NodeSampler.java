package org.relevo.proxy.freshness;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.auth.Credentials;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.pool.ConnectionOpener;
import org.relevo.proxy.pool.PoolKey;
import org.relevo.proxy.server.Conversation;
import org.relevo.proxy.server.Deadline;
import org.relevo.proxy.server.RoleCredentials;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.server.ServerOpener;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.Tags;
import org.relevo.proxy.wire.WireException;

/// The connection to one node: opened, asked, and opened again when it is lost.
///
/// ```text
/// closed ── opener ──> introducing ── identity ──> ready <── answer ── asked
///    ^                                               └──── ask() ────────^
///    └── lost, silent for too long: after a pause that doubles ── everywhere
/// ```
///
/// Owner: the sampler's loop.
final class NodeSampler implements Conversation {
  static final String APPLICATION_NAME = "relevo positions";
  static final long FIRST_PAUSE_MS = 100;
  static final long MOST_PAUSE_MS = 5_000;

  private static final int MAX_MESSAGE_BYTES = 65_536;
  private static final int DOUBLINGS = 6;

  private final BackendId node;
  private final EventLoop loop;
  private final ServerOpener opener;
  private final RoleCredentials credentials;
  private final Events events;
  private final Deadline reopening;
  private PositionSettings settings;
  private State state = State.CLOSED;
  private @Nullable ServerConnection connection;
  private @Nullable NodeIdentity identity;
  private @Nullable Sample answer;
  private String problem = "";
  private int owedReady;
  private int failures;
  private boolean begun;
  private @Nullable Attempt attempt;
  private long number;
  private long askedAtNs;

  private enum State {
    CLOSED,
    OPENING,
    INTRODUCING,
    READY,
    ASKED,
    ENDED
  }

  /// Who learns what the node says; called on the loop.
  interface Events {
    void opened(NodeSampler sampler, NodeIdentity identity);

    void sampled(NodeSampler sampler, Sample sample);

    /// @param failures in a row, this one included; 1 after a time in which it worked
    void lost(NodeSampler sampler, int failures, String why);
  }

  /// @param credentials where the opener finds the role's password; for this node alone
  NodeSampler(
      BackendId node,
      EventLoop loop,
      ServerOpener opener,
      RoleCredentials credentials,
      PositionSettings settings,
      Events events) {
    this.node = node;
    this.loop = loop;
    this.opener = opener;
    this.credentials = credentials;
    this.settings = settings;
    this.events = events;
    this.reopening = new Deadline(loop);
  }

  BackendId node() {
    return node;
  }

  void apply(PositionSettings next) {
    settings = next;
  }

  /// Whether it can be asked now.
  boolean ready() {
    return state == State.READY;
  }

  /// Whether it was opened, and goes on by itself since.
  boolean begun() {
    return begun;
  }

  /// Connects unless it is connected; does not wait for a pause after failures.
  void open() {
    if (state != State.CLOSED) {
      return;
    }
    reopening.stop();
    begun = true;
    state = State.OPENING;
    Attempt newest = new Attempt();
    attempt = newest;
    credentials.learned(settings.user(), new Credentials.Password(settings.password()));
    opener.open(
        new PoolKey(node, settings.database(), settings.user()),
        Map.of(
            "application_name",
            APPLICATION_NAME,
            "default_transaction_isolation",
            "read committed"),
        loop,
        newest);
  }

  /// @param sample its number, taken before this call
  void ask(long sample, long nowNs) {
    send(SampleQuery::ask);
    state = State.ASKED;
    number = sample;
    askedAtNs = nowNs;
  }

  /// Gives up a node that does not answer.
  void checkSilence(long nowNs) {
    if ((state == State.ASKED || state == State.INTRODUCING)
        && nowNs - askedAtNs > PositionSettings.LIMIT.toNanos()) {
      drop("it did not answer within " + PositionSettings.LIMIT.toMillis() + " ms");
    }
  }

  /// Ends for good.
  void close() {
    state = State.ENDED;
    reopening.stop();
    ServerConnection open = connection;
    connection = null;
    if (open != null) {
      open.endConversation();
      open.close("the service is stopping");
    }
  }

  /// Ends until [#open].
  void rest(String why) {
    if (state != State.CLOSED && state != State.ENDED) {
      drop(why);
    }
    reopening.stop();
    begun = false;
    failures = 0;
  }

  // ------------------------------------------------------------------ opening

  /// One opening; what it brings after it was given up is closed.
  private final class Attempt implements ConnectionOpener.Result<ServerConnection> {
    @Override
    public void opened(ServerConnection made) {
      if (state == State.OPENING && equals(attempt)) {
        introduce(made);
      } else {
        made.close("it is not needed any more");
      }
    }

    @Override
    public void failed(BackendError error) {
      if (state == State.OPENING && equals(attempt)) {
        lost(error.message());
      }
    }
  }

  private void introduce(ServerConnection made) {
    connection = made;
    made.converse(this, MAX_MESSAGE_BYTES);
    state = State.INTRODUCING;
    owedReady = SampleQuery.BEGIN_ANSWERS;
    identity = null;
    askedAtNs = System.nanoTime();
    send(SampleQuery::begin);
  }

  // ------------------------------------------------------------------ answers

  @Override
  public void message(byte tag, ByteBuf frame) {
    try {
      switch (tag) {
        case Tags.DATA_ROW -> row(frame);
        case Tags.ERROR_RESPONSE -> problem = BackendError.read(Conversation.body(frame)).message();
        case Tags.READY_FOR_QUERY -> answered();
        default -> {
          // the ends of statements, notices and settings say nothing here
        }
      }
    } catch (WireException e) {
      drop("it answered with " + e.getMessage());
    }
  }

  private void row(ByteBuf frame) {
    if (state == State.INTRODUCING) {
      identity = SampleQuery.identity(frame);
    } else if (state == State.ASKED && identity != null) {
      answer = SampleQuery.sample(frame, identity, number, System.nanoTime());
    } else {
      throw new WireException("a row that nobody asked for");
    }
  }

  private void answered() {
    if (state == State.INTRODUCING) {
      owedReady--;
      if (owedReady > 0) {
        problem = ""; // a setting that this role may not make
        return;
      }
      introduced();
    } else if (state == State.ASKED) {
      Sample said = answer;
      answer = null;
      if (said == null) {
        drop("it could not tell its position: " + problem);
        return;
      }
      failures = 0;
      state = State.READY;
      events.sampled(this, said);
    } else {
      drop("it answered without being asked");
    }
  }

  private void introduced() {
    NodeIdentity who = identity;
    if (who == null) {
      drop("it could not tell what it is: " + problem);
      return;
    }
    state = State.READY;
    events.opened(this, who);
  }

  // ------------------------------------------------------------------ the end

  @Override
  public void lost(String why) {
    if (state == State.ENDED || state == State.CLOSED) {
      return;
    }
    connection = null;
    answer = null;
    state = State.CLOSED;
    failures++;
    long pauseMs = FIRST_PAUSE_MS << Math.min(failures - 1, DOUBLINGS);
    reopening.start(Math.min(pauseMs, MOST_PAUSE_MS), this::open);
    events.lost(this, failures, problem.isEmpty() ? why : why + " (" + problem + ")");
    problem = "";
  }

  private void drop(String why) {
    ServerConnection open = connection;
    if (open != null) {
      open.endConversation();
      open.abort(why);
    }
    lost(why);
  }

  private void send(Consumer<ByteBuf> message) {
    ServerConnection open = connection;
    if (open != null) {
      ByteBuf out = open.channel().alloc().buffer(128);
      message.accept(out);
      var _ = open.channel().writeAndFlush(out);
    }
  }
}

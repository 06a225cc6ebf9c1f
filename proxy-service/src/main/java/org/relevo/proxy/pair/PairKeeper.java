package org.relevo.proxy.pair;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.proxy.agent.Journal;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.consensus.QuorumStatus;
import org.relevo.proxy.consensus.QuorumStatus.Phase;
import org.relevo.proxy.consensus.SwitchedLog;
import org.relevo.proxy.core.Place;
import org.relevo.proxy.pair.PairInput.Voters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One machine of a pair at work: feeds the logic with what it sees of the other, and opens, shuts
/// and narrows the log as that asks for.
///
/// Owner: the logic and the log's life belong to the thread `relevo-pair`; public methods may be
/// called from any thread.
public final class PairKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PairKeeper.class);
  private static final String WAITS = "the other machine of the pair is waited for";
  private static final long TICK_MS = 50;
  private static final int SPREAD_MS = 2000;
  private static final int SIGN_LIMIT_MS = 1000;
  private static final long ANSWER_LIMIT_S = 30;
  private static final long CLOSE_LIMIT_MS = 3000;

  private final PairSettings settings;
  private final SwitchedLog log;
  private final PairFile file;
  private final Journal journal;
  private final PairLogic logic;
  private final Heartbeats heartbeats;
  private final PingNodes pings;
  private final Optional<FenceAgent> agent;
  private final LinkedBlockingQueue<PairInput> inputs = new LinkedBlockingQueue<>();
  private final AtomicReference<PairInput.@Nullable Heard> heard = new AtomicReference<>();
  private final Map<Long, CompletableFuture<String>> asked = new ConcurrentHashMap<>();
  private final AtomicLong requests = new AtomicLong();
  private final Thread thread =
      Thread.ofPlatform().daemon().name("relevo-pair").unstarted(this::run);
  private Claim kept;
  private String broken = "";
  private final OpenLater later = new OpenLater();
  private volatile View view;
  private volatile boolean closing;
  private volatile long fenceAsked;
  private final ReentrantLock fencing = new ReentrantLock();

  /// What others see of the logic.
  record View(
      PairMode mode, Claim claim, Claim other, String trouble, boolean vetoed, boolean net) {}

  /// @param log closed by whoever uses it, which ends this too
  /// @throws IOException when the file of its claim cannot be used
  public PairKeeper(PairSettings settings, SwitchedLog log, Path dataDirectory, Journal journal)
      throws IOException {
    this.settings = settings;
    this.log = log;
    this.file = new PairFile(dataDirectory);
    this.journal = journal;
    PairFile.Content found = file.read(log.stored());
    this.kept = found.claim();
    boolean resumes = found.sameBoot() && kept.standing() == Claim.Standing.ALONE;
    this.logic =
        new PairLogic(
            new LogicSettings(
                settings.timing(),
                settings.fence().isPresent(),
                resumes,
                found.contested(),
                new SecureRandom().nextInt(SPREAD_MS)),
            kept,
            System.nanoTime());
    this.view = look(System.nanoTime());
    this.agent = settings.fence().map(spec -> new FenceAgent(spec, settings.other().value()));
    int keepaliveMs = Math.toIntExact(settings.keepalive().toMillis());
    this.pings = new PingNodes(settings.pingNodes(), 2 * keepaliveMs, settings.timing().dead());
    this.heartbeats =
        new Heartbeats(
            settings, () -> new Heartbeats.Said(view.claim(), pings.seen()), this::hear, journal);
    log.farewell(this::close);
    log.reason(WAITS);
  }

  public void start() {
    pings.start();
    heartbeats.start();
    thread.start();
  }

  /// Whether this machine is to let addresses go, as the other can be reached by more.
  public boolean vetoed() {
    return view.vetoed();
  }

  View view() {
    return view;
  }

  PairSettings settings() {
    return settings;
  }

  List<Heartbeats.Status> paths() {
    return heartbeats.status();
  }

  List<PingNodes.Status> pingNodes() {
    return pings.status();
  }

  /// A person says that the other machine is dead.
  ///
  /// @param oldData that this machine's data count although the other's may be newer
  /// @param despiteSigns although the other answers somewhere
  /// @return "" when this machine goes on, else why not
  String confirmDead(String member, boolean oldData, boolean despiteSigns) {
    if (!member.equals(settings.other().value())) {
      return "the other machine is '%s', not '%s'".formatted(settings.other(), member);
    }
    if (!despiteSigns) {
      for (Place each : settings.signs()) {
        if (PingNodes.alive(each, SIGN_LIMIT_MS)) {
          return "it answers at %s: switch it off first (--force says that it is dead all the same)"
              .formatted(each);
        }
      }
    }
    long number = requests.incrementAndGet();
    CompletableFuture<String> answer = new CompletableFuture<>();
    asked.put(number, answer);
    inputs.add(new PairInput.Confirmed(number, oldData));
    try {
      return answer.get(ANSWER_LIMIT_S, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return "interrupted";
    } catch (ExecutionException | TimeoutException _) {
      return "no answer: it may take effect yet";
    } finally {
      asked.remove(number);
    }
  }

  /// Only the newest is kept, however many there are; of an answer what it says stays.
  private void hear(PairInput.Heard now) {
    heard.accumulateAndGet(
        now,
        (before, next) ->
            before != null && before.answers() && !next.answers()
                ? new PairInput.Heard(before.claim(), true, next.seesNet())
                : next);
  }

  private void run() {
    Standstill standstill = new Standstill(settings.timing().dead());
    try {
      while (!closing && broken.isEmpty()) {
        PairInput input = inputs.poll(TICK_MS, TimeUnit.MILLISECONDS);
        if (closing) {
          return;
        }
        if (standstill.stood(System.nanoTime(), System.currentTimeMillis())) {
          take(new PairInput.Stood());
        }
        take(new PairInput.Net(pings.seen()));
        take(logNow());
        PairInput.Heard last = heard.getAndSet(null);
        if (last != null) {
          take(last);
        }
        take(input == null ? new PairInput.Tick() : input);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      // Nothing is known of where it stands: it stands still.
      LOG.error("pair.failed", e);
      broken = "the service must be started again: " + e;
      log.shut();
      view = look(System.nanoTime());
    }
  }

  private void take(PairInput input) {
    long nowNs = System.nanoTime();
    List<PairEffect> effects = logic.on(input, nowNs);
    fenceAsked = logic.fenceAsked();
    for (PairEffect effect : effects) {
      try {
        later.before(effect);
        perform(effect);
      } catch (IOException | RuntimeException e) {
        failed(effect, e);
      }
      if (!broken.isEmpty()) {
        break;
      }
    }
    openAgain(nowNs);
    view = look(System.nanoTime());
    boolean waits = view.trouble().isEmpty() && view.mode() == PairMode.WAITING;
    log.reason(waits ? WAITS : view.trouble());
  }

  private void failed(PairEffect effect, Exception cause) {
    String text = "%s: %s".formatted(effect, cause.getMessage());
    journal.record(LogLevel.ERROR, "pair.failed", "text=\"%s\"".formatted(text));
    switch (effect) {
      // A port that is not free yet, say.
      case PairEffect.Open _ -> later.failed(System.nanoTime());
      case PairEffect.Keep _,
          PairEffect.Contest _,
          PairEffect.Narrow _,
          PairEffect.Discard _,
          PairEffect.Shut _ -> {
        // What follows rests on it, and nothing is known of what is on the disk.
        broken = text;
        log.shut();
      }
      case PairEffect.Fence _, PairEffect.Answer _, PairEffect.Note _ -> {}
    }
  }

  private void openAgain(long nowNs) {
    if (!broken.isEmpty() || !later.due(logic.mode(), nowNs)) {
      return;
    }
    try {
      log.open();
    } catch (IOException | RuntimeException e) {
      failed(new PairEffect.Open(), e);
    }
  }

  private View look(long nowNs) {
    return new View(
        logic.mode(),
        kept,
        logic.other(),
        broken.isEmpty() ? logic.trouble() : broken,
        logic.vetoed(nowNs),
        logic.seesNet());
  }

  private PairInput.Log logNow() {
    boolean holder = holds(log.state());
    try {
      QuorumStatus status = log.status();
      Voters voters = voters(status.phase());
      boolean contact = log.leadership().leader().isPresent() && answered(voters, status);
      return new PairInput.Log(voters, contact, holder);
    } catch (RuntimeException e) {
      // While the library starts or ends it has nothing to say.
      LOG.debug("pair.look-failed", e);
      return new PairInput.Log(Voters.UNKNOWN, false, holder);
    }
  }

  private Voters voters(Phase phase) {
    Set<MemberId> voters = log.voters();
    if (phase == Phase.REMOVED) {
      return Voters.OTHER;
    } else if (voters.isEmpty()) {
      return Voters.UNKNOWN;
    } else if (!voters.contains(settings.self())) {
      return Voters.OTHER;
    }
    return voters.contains(settings.other()) ? Voters.BOTH : Voters.SELF;
  }

  /// A leader that has something to do does not notice by itself that nobody follows it any more.
  private boolean answered(Voters voters, QuorumStatus status) {
    return switch (voters) {
      case SELF -> true;
      case UNKNOWN, OTHER -> false;
      case BOTH ->
          status.peers().stream()
              .filter(peer -> peer.id().equals(settings.other()))
              .anyMatch(
                  peer -> peer.contactMs() >= 0 && peer.contactMs() < settings.timing().warn());
    };
  }

  private boolean holds(ClusterState state) {
    boolean primary =
        state
            .primary()
            .flatMap(now -> state.agentOf(now.node()))
            .filter(settings.self()::equals)
            .isPresent();
    return primary
        || state.service().groups().values().stream()
            .anyMatch(group -> group.heldBy(settings.self()));
  }

  private void perform(PairEffect effect) throws IOException {
    switch (effect) {
      case PairEffect.Keep(Claim claim) -> {
        file.write(claim, false);
        kept = claim;
        view = look(System.nanoTime());
      }
      case PairEffect.Contest(Claim claim) -> file.write(claim, true);
      case PairEffect.Open _ -> log.open();
      case PairEffect.Narrow _ -> log.narrow();
      case PairEffect.Discard _ -> log.discard();
      case PairEffect.Shut _ -> log.shut();
      case PairEffect.Fence fence -> fence(fence);
      case PairEffect.Answer(long request, String refusal) ->
          Optional.ofNullable(asked.get(request)).ifPresent(each -> each.complete(refusal));
      case PairEffect.Note(boolean warning, String event, String text) ->
          journal.record(
              warning ? LogLevel.WARN : LogLevel.INFO,
              event,
              "other=%s text=\"%s\"".formatted(settings.other(), text));
    }
  }

  private void fence(PairEffect.Fence fence) {
    FenceAgent called = agent.orElseThrow();
    Thread.ofVirtual()
        .name("relevo-fence")
        .start(() -> {
          // One call at a time; one that nobody waits for any more is not begun.
          fencing.lock();
          try {
            if (fenceAsked == fence.request() && !closing) {
              inputs.add(called.fence(fence.request(), fence.shoot()));
            }
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          } finally {
            fencing.unlock();
          }
        });
  }

  /// Leaves in order when the other is there, so that it goes on alone at once.
  @Override
  public void close() {
    if (closing) {
      return;
    }
    closing = true;
    thread.interrupt();
    try {
      thread.join(CLOSE_LIMIT_MS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    if (view.mode() == PairMode.PAIRED && log.leadership().leader().isPresent()) {
      String refusal = log.leaveTo(settings.other());
      journal.record(
          refusal.isEmpty() ? LogLevel.INFO : LogLevel.WARN,
          "pair.left",
          "other=%s text=\"%s\"".formatted(settings.other(), refusal));
    }
    heartbeats.close();
    pings.close();
  }
}

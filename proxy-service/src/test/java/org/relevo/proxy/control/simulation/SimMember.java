package org.relevo.proxy.control.simulation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.cluster.NodeState.Sight;
import org.relevo.proxy.control.ControlSettings;
import org.relevo.proxy.control.Effect;
import org.relevo.proxy.control.Input;
import org.relevo.proxy.control.MemberLogic;
import org.relevo.proxy.control.Timing;
import org.relevo.proxy.core.BackendId;

/// A member's process: the logic under test with an own clock, that can be frozen, killed and
/// started again.
final class SimMember {
  private final World world;
  private final int machine;
  private final MemberId id;
  private final Timing timing;
  private final Optional<Command.Found> founding;
  private final Function<ControlSettings, MemberLogic> make;
  private final double rate;
  private final long offsetNs;
  private final List<SimServer> servers;
  private final int[] missed;
  private final List<Input> whileFrozen = new ArrayList<>();
  private final Set<Long> unanswered = new HashSet<>();
  final Set<String> rows;

  private SimLog log;
  private Optional<SimAgent> agent = Optional.empty();
  private Optional<SimProxy> proxy = Optional.empty();
  private MemberLogic logic;
  private int run = 1;
  private boolean alive = true;
  private boolean frozen;
  private long goneNs = -1;
  private long backNs = -World.ms(10_000);
  private long writeUntilNs;
  private boolean mayWrite;

  SimMember(
      World world,
      int machine,
      List<SimServer> servers,
      Timing timing,
      Optional<Command.Found> founding,
      Function<ControlSettings, MemberLogic> make,
      Set<String> rows) {
    this.world = world;
    this.machine = machine;
    this.servers = servers;
    this.timing = timing;
    this.founding = founding;
    this.make = make;
    this.rows = rows;
    id = new MemberId("m" + machine);
    rate = world.between(0.95, 1.05);
    offsetNs = world.random.nextLong(1L << 50);
    missed = new int[servers.size()];
    logic = newLogic();
  }

  void begin(SimLog withLog, Optional<SimAgent> withAgent, Optional<SimProxy> withProxy) {
    log = withLog;
    agent = withAgent;
    proxy = withProxy;
    world.after(World.ms(world.between(0, 50)), this::tick);
    world.after(World.ms(world.between(0, 250)), this::probe);
    agent.ifPresent(SimAgent::begin);
  }

  private MemberLogic newLogic() {
    return make.apply(new ControlSettings(id, run * 1000L + machine, timing, founding, false));
  }

  MemberId id() {
    return id;
  }

  int run() {
    return run;
  }

  int machine() {
    return machine;
  }

  MemberLogic logic() {
    return logic;
  }

  /// The member's own clock.
  long clockNs() {
    return offsetNs + (long) (world.nowNs() * rate);
  }

  boolean running() {
    return alive && !frozen;
  }

  boolean alive() {
    return alive;
  }

  boolean frozen() {
    return frozen;
  }

  /// Dead, or started again and without a lease since.
  boolean gone() {
    return goneNs >= 0;
  }

  /// Whether its server may run although its lease is over: its guard waits for it, or it has come
  /// back a moment ago and is about to stop it.
  boolean excused() {
    return gone() || world.nowNs() - backNs < World.ms(500);
  }

  long deadForNs() {
    return gone() ? world.nowNs() - goneNs : 0;
  }

  boolean mayWrite() {
    return mayWrite && clockNs() - writeUntilNs < 0;
  }

  /// How long a guard has been without leave, negative while it has it.
  long pastDeadlineNs() {
    return mayWrite ? clockNs() - writeUntilNs : 0;
  }

  void feed(Input input) {
    if (!alive) {
      return;
    }
    if (frozen) {
      whileFrozen.add(input);
      return;
    }
    for (Effect effect : logic.on(input, clockNs())) {
      perform(effect);
    }
  }

  private void perform(Effect effect) {
    switch (effect) {
      case Effect.Propose propose -> {
        unanswered.add(propose.number());
        log.propose(machine, propose.number(), propose.command());
      }
      case Effect.WriteUntil until -> {
        writeUntilNs = until.deadlineNs();
        mayWrite = true;
        if (gone()) {
          backNs = world.nowNs();
        }
        goneNs = -1;
      }
      case Effect.Hold hold -> proxy.ifPresent(clients -> clients.hold(hold));
      case Effect.Serve serve -> proxy.ifPresent(clients -> clients.serve(serve));
      case Effect.Release _ -> proxy.ifPresent(SimProxy::release);
      case Effect.ServeNobody _ -> proxy.ifPresent(SimProxy::serveNobody);
      case Effect.Act act -> agent.ifPresent(server -> server.act(act));
      case Effect.Keep(BackendId node, boolean on) -> {
        rows.add("Keep " + on);
        agent.ifPresent(server -> server.keep(on));
        int asked = run;
        world.after(
            World.ms(world.between(1, 10)),
            () -> {
              if (run == asked) {
                feed(new Input.Kept(node, on));
              }
            });
      }
      case Effect.Quarantine _, Effect.Answer _ -> rows.add(effect.getClass().getSimpleName());
      case Effect.Note note -> {
        rows.add(note.row());
        world.trace(() -> "%s %s %s".formatted(id, note.row(), note.text()));
      }
    }
  }

  void answered(long number, boolean known, String refusal) {
    if (unanswered.remove(number)) {
      feed(new Input.Proposed(number, known, refusal));
    }
  }

  private void tick() {
    world.after(World.ms(world.between(30, 50)), this::tick);
    if (running()) {
      feed(new Input.Tick(0));
    }
  }

  private void probe() {
    world.after(World.ms(world.between(220, 280)), this::probe);
    if (!running()) {
      return;
    }
    for (SimServer server : servers) {
      boolean reached = world.both(machine, server.id) && !server.frozen;
      boolean up = reached && server.running;
      missed[server.id] = up ? 0 : missed[server.id] + 1;
      if (up) {
        feed(new Input.Probed(new BackendId(server.id), Sight.UP));
      } else if (missed[server.id] >= (reached ? 2 : 3)) {
        feed(new Input.Probed(new BackendId(server.id), reached ? Sight.REFUSED : Sight.DOWN));
      }
    }
  }

  void freeze() {
    frozen = true;
    world.trace(() -> id + " frozen");
  }

  void thaw() {
    if (!frozen) {
      return;
    }
    frozen = false;
    world.trace(() -> id + " thawed");
    List<Input> late = List.copyOf(whileFrozen);
    whileFrozen.clear();
    late.forEach(this::feed);
  }

  void kill() {
    if (!alive) {
      return;
    }
    world.trace(() -> id + " killed");
    alive = false;
    frozen = false;
    goneNs = gone() ? goneNs : world.nowNs();
    whileFrozen.clear();
    unanswered.clear();
    mayWrite = false;
    run++;
    proxy.ifPresent(SimProxy::die);
    agent.ifPresent(SimAgent::die);
  }

  void startAgain() {
    if (alive || world.machineDown[machine]) {
      return;
    }
    world.trace(() -> id + " started");
    alive = true;
    logic = newLogic();
    log.restarted(machine);
    agent.ifPresent(SimAgent::tell);
  }

  static SortedSet<BackendId> nodes(int... numbers) {
    TreeSet<BackendId> set = new TreeSet<>();
    for (int number : numbers) {
      set.add(new BackendId(number));
    }
    return set;
  }
}

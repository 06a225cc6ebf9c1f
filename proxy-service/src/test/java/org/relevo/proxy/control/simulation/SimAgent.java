package org.relevo.proxy.control.simulation;

import java.util.List;
import org.relevo.proxy.cluster.NodeAction;
import org.relevo.proxy.control.Effect;
import org.relevo.proxy.control.Input;
import org.relevo.proxy.core.BackendId;

/// Does to a server what the logic asks, with time and failures, and reports; and the guard process
/// beside it, which lives on when the member dies.
final class SimAgent {
  private static final long GUARD_NS = World.ms(200);

  private final World world;
  private final SimMember member;
  private final SimServer server;
  private final List<SimServer> servers;
  private final long graceNs;
  private final Ledger ledger;
  private long token;
  private Runnable cancel = () -> {};

  /// Whether its guard waits, as in maintenance; also when the member was replaced.
  private boolean kept;

  SimAgent(
      World world, SimMember member, SimServer server, List<SimServer> servers, Ledger ledger) {
    this.world = world;
    this.member = member;
    this.server = server;
    this.servers = servers;
    this.ledger = ledger;
    graceNs = World.ms(world.between(2500, 8000));
    server.onChange(() -> world.after(World.ms(world.between(0.5, 12)), this::tell));
  }

  void begin() {
    tell();
    world.after(World.ms(300), this::position);
    world.after(World.ms(50), this::guard);
  }

  private void position() {
    world.after(World.ms(world.between(200, 350)), this::position);
    tell();
  }

  void tell() {
    if (!server.frozen) {
      member.feed(new Input.LocalReport(new BackendId(server.id), server.report()));
    }
  }

  /// Stops a primary that nobody answers for any more.
  private void guard() {
    world.after(World.ms(50), this::guard);
    if (!server.running || !server.primary || server.frozen || kept) {
      return;
    }
    boolean stop =
        member.gone() ? member.deadForNs() > graceNs : member.pastDeadlineNs() > GUARD_NS;
    if (stop) {
      world.trace(() -> "guard stops node" + server.id);
      server.stop(false);
    }
  }

  void keep(boolean on) {
    kept = on;
  }

  /// The process ends; what it had begun may still happen.
  void die() {
    if (world.chance(0.5)) {
      token++;
    }
    cancel = () -> {};
  }

  void act(Effect.Act act) {
    token++;
    cancel.run();
    long mine = token;
    int run = member.run();
    cancel = () -> ended(act, run, "replaced");
    world.trace(() -> "node%d %s".formatted(server.id, act.action()));
    boolean fails =
        world.faults && world.chance(act.action() instanceof NodeAction.Promote ? 0.2 : 0.03);
    double hangsMs = world.faults && world.chance(0.01) ? 3000 : 0;
    long duration = World.ms(duration(act.action()) + hangsMs);
    world.after(
        duration,
        () -> {
          if (token != mine || server.frozen || world.machineDown[server.id]) {
            if (token == mine) {
              cancel = () -> {};
              ended(act, run, "server frozen");
            }
            return;
          }
          cancel = () -> {};
          String failure = fails ? "chance" : guarded(act, mine, run);
          if (!failure.equals(LATER)) {
            ended(act, run, failure);
          }
        });
  }

  private static final String LATER = "later";
  private static final long RECEIVER_END_NS = World.ms(5000);

  private void awaitEnd(Effect.Act act, long mine, int run, long untilNs) {
    cancel = () -> ended(act, run, "replaced");
    world.after(
        World.ms(10),
        () -> {
          if (token != mine) {
            return;
          }
          if (server.frozen || (server.connected() && world.nowNs() < untilNs)) {
            awaitEnd(act, mine, run, untilNs);
            return;
          }
          cancel = () -> {};
          ended(act, run, server.connected() ? "still receives" : perform(act, mine, run));
        });
  }

  /// A primary is seen before what made it one has ended.
  ///
  /// @param stops whether the server goes when that is broken off
  private String awaitLast(Effect.Act act, long mine, int run, boolean stops) {
    cancel =
        () -> {
          if (stops && !server.frozen) {
            server.stop(false);
          }
          ended(act, run, "replaced");
        };
    world.after(
        World.ms(world.between(1, 300)),
        () -> {
          if (token == mine) {
            cancel = () -> {};
            ended(act, run, "");
          }
        });
    return LATER;
  }

  private void ended(Effect.Act act, int run, String failure) {
    if (member.run() == run) {
      world.after(
          World.ms(1),
          () -> {
            if (member.run() == run) {
              tell();
              member.feed(new Input.ActionEnded(act.node(), act.actionId(), failure));
            }
          });
    }
  }

  private double duration(NodeAction action) {
    return switch (action) {
      case NodeAction.Checkpoint _ -> world.between(20, 150);
      case NodeAction.Stop stop ->
          stop.immediate() ? world.between(10, 120) : world.between(50, 300);
      case NodeAction.StopReceiver _ -> world.between(10, server.running ? 60 : 400);
      case NodeAction.Promote _ -> world.between(40, 250);
      case NodeAction.Follow _ -> world.between(30, 300);
      case NodeAction.Restart _ -> world.between(150, 700);
      case NodeAction.SetSync _ -> world.between(5, 40);
      case NodeAction.Fence _ -> world.between(100, 1000);
    };
  }

  /// The guard lets no primary start after the deadline.
  private String guarded(Effect.Act act, long mine, int run) {
    boolean rises =
        act.action() instanceof NodeAction.Promote || act.action() instanceof NodeAction.Restart;
    return rises && (member.gone() || member.pastDeadlineNs() > 0)
        ? "the lease is over"
        : perform(act, mine, run);
  }

  private String perform(Effect.Act act, long mine, int run) {
    switch (act.action()) {
      case NodeAction.Checkpoint _ -> {
        return server.running && server.primary ? "" : "no primary";
      }
      case NodeAction.Stop stop -> {
        server.stop(!stop.immediate());
        server.gate = stop.gateEpoch();
        server.byHand = false;
      }
      case NodeAction.StopReceiver stop -> {
        if (stop.onceEnded() && server.connected()) {
          awaitEnd(act, mine, run, world.nowNs() + RECEIVER_END_NS);
          return LATER;
        }
        if (server.rebuilding || (server.running && server.primary)) {
          return "no standby";
        }
        if (!server.running) {
          server.startStandby(server.source, false);
        }
        server.stopReceiver(stop.gateEpoch());
      }
      case NodeAction.Promote promote -> {
        String failure = promote(promote);
        return failure.isEmpty() ? awaitLast(act, mine, run, false) : failure;
      }
      case NodeAction.Follow follow -> {
        return follow(follow, act, mine, run);
      }
      case NodeAction.Restart restart -> {
        if (server.rebuilding) {
          return "being rebuilt";
        }
        if (!server.running || !server.primary) {
          server.startPrimary(restart.syncNumber(), restart.sync());
          ledger.primaryStarts(server);
          return awaitLast(act, mine, run, true);
        }
      }
      case NodeAction.SetSync set -> {
        if (!server.running || !server.primary) {
          return "no primary";
        }
        server.useSync(set.number(), set.sync());
      }
      case NodeAction.Fence _ -> {
        return "no fence agent";
      }
    }
    return "";
  }

  private String promote(NodeAction.Promote promote) {
    if (promote.epoch() < server.promisedEpoch) {
      return "an older epoch";
    }
    if (server.rebuilding || server.diverged) {
      return "not fit";
    }
    if (server.running && server.primary) {
      return "";
    }
    server.promisedEpoch = promote.epoch();
    if (server.timeline() != promote.timeline()) {
      server.promote(promote.timeline());
    }
    server.startPrimary(promote.syncNumber(), promote.sync());
    ledger.primaryStarts(server);
    return "";
  }

  private String follow(NodeAction.Follow follow, Effect.Act act, long mine, int run) {
    if (server.running && server.primary) {
      return "a primary";
    }
    SimServer primary = servers.get(follow.primary().value());
    boolean reached = primary.takesWrites() && world.both(server.id, primary.id);
    boolean rebuild =
        server.rebuilding
            || server.diverged
            || server.forked
            || (reached && !server.within(primary));
    if (!rebuild) {
      server.startStandby(primary.id, true);
      return "";
    }
    if (!reached) {
      return "primary not reached";
    }
    server.stop(false);
    server.rebuilding = true;
    server.source = primary.id;
    tell();
    cancel = () -> ended(act, run, "replaced");
    world.after(
        World.ms(world.between(500, 3000)),
        () -> {
          if (token != mine) {
            return;
          }
          cancel = () -> {};
          if (!primary.takesWrites() || !world.both(server.id, primary.id) || server.frozen) {
            ended(act, run, "primary lost");
            return;
          }
          server.copyOf(primary);
          server.startStandby(primary.id, true);
          ended(act, run, "");
        });
    return LATER;
  }
}

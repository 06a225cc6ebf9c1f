package org.relevo.proxy.control.simulation;

import java.util.ArrayList;
import java.util.List;
import org.relevo.proxy.control.Effect;
import org.relevo.proxy.control.Input;

/// A member's clients: transactions that write, are held at their ends, and are acknowledged only
/// while the member may.
final class SimProxy {
  private static final class Tx {
    boolean over;
    boolean continued;
  }

  private static final long MOST_WAIT_NS = World.ms(5000);

  private final World world;
  private final SimMember member;
  private final List<SimServer> servers;
  private final Ledger ledger;
  private final List<Tx> open = new ArrayList<>();
  private int primary = -1;
  private long epoch;
  private boolean serving;
  private long heldGate;
  private boolean acknowledged;
  private long lastAckNs;

  SimProxy(World world, SimMember member, List<SimServer> servers, Ledger ledger, int clients) {
    this.world = world;
    this.member = member;
    this.servers = servers;
    this.ledger = ledger;
    for (int client = 0; client < clients; client++) {
      world.after(World.ms(world.between(0, 200)), this::next);
    }
  }

  long lastAckNs() {
    return lastAckNs;
  }

  int primary() {
    return serving ? primary : -1;
  }

  // Effects

  void hold(Effect.Hold hold) {
    serving = false;
    heldGate = hold.gateEpoch();
    acknowledged = false;
    if (hold.abandon()) {
      abandonAll();
    }
    checkHeld();
  }

  void serve(Effect.Serve serve) {
    abandonAll();
    serving = true;
    heldGate = 0;
    primary = serve.primary().value();
    epoch = serve.epoch();
  }

  void release() {
    serving = true;
    heldGate = 0;
  }

  void serveNobody() {
    abandonAll();
    serving = false;
    heldGate = 0;
  }

  void die() {
    abandonAll();
    serving = false;
    heldGate = 0;
    primary = -1;
  }

  private void abandonAll() {
    List<Tx> all = List.copyOf(open);
    open.clear();
    all.forEach(this::end);
  }

  private void checkHeld() {
    if (heldGate == 0 || acknowledged || !open.isEmpty()) {
      return;
    }
    acknowledged = true;
    long gate = heldGate;
    int run = member.run();
    world.after(
        World.ms(world.between(0.2, 5)),
        () -> {
          if (member.run() == run) {
            member.feed(new Input.Held(gate));
          }
        });
  }

  // Clients

  private void next() {
    if (!member.running() || !serving || !member.mayWrite()) {
      world.after(World.ms(world.between(10, 40)), this::next);
      return;
    }
    Tx tx = new Tx();
    open.add(tx);
    double thinkMs = world.chance(0.004) ? world.between(500, 5000) : world.between(0, 40);
    world.after(World.ms(thinkMs), () -> commit(tx));
    world.after(World.ms(thinkMs) + MOST_WAIT_NS, () -> end(tx));
  }

  /// A client goes on once, however its transaction ended.
  private void end(Tx tx) {
    tx.over = true;
    if (open.remove(tx)) {
      checkHeld();
    }
    if (!tx.continued) {
      tx.continued = true;
      world.after(World.ms(world.between(20, 80)), this::next);
    }
  }

  private void commit(Tx tx) {
    if (tx.over) {
      end(tx);
      return;
    }
    if (member.frozen()) {
      world.after(World.ms(50), () -> commit(tx));
      return;
    }
    if (!member.mayWrite() || !world.open(member.machine(), primary)) {
      end(tx);
      return;
    }
    SimServer server = servers.get(primary);
    long under = epoch;
    world.after(
        world.delayNs(),
        () -> {
          if (!server.takesWrites()) {
            answer(() -> end(tx), server);
            return;
          }
          int record = ledger.nextRecord();
          server.write(record, () -> answer(() -> acknowledge(tx, record, server, under), server));
        });
  }

  private void answer(Runnable arrived, SimServer from) {
    if (world.open(from.id, member.machine())) {
      world.after(world.delayNs(), arrived);
    }
  }

  private void acknowledge(Tx tx, int record, SimServer server, long under) {
    if (tx.over) {
      end(tx);
      return;
    }
    if (member.frozen()) {
      world.after(World.ms(20), () -> acknowledge(tx, record, server, under));
      return;
    }
    if (member.mayWrite()) {
      lastAckNs = world.nowNs();
      ledger.acknowledged(member, record, server, under);
    }
    end(tx);
  }
}

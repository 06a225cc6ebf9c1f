package org.relevo.proxy.testkit.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// What goes wrong in a [Simulation], and how much that explains.
///
/// Owner: the test's thread.
final class Faults {
  private static final int LAST_STEP = 600;

  private enum Kind {
    KILL_CONNECTION,
    STOP_SERVER,
    DROP_CLIENT,
    STALL_CONNECTION,
    REFUSE_CONNECTION
  }

  private record Planned(int step, Kind kind) {}

  private final Simulation simulation;
  private final Random random;
  private final List<Planned> plan = new ArrayList<>();
  private final List<String> done = new ArrayList<>();
  private int killed;
  private int toRefuse;
  private int returnsAt = -1;
  private Simulation.@Nullable Node away;
  private boolean stopped;

  Faults(Simulation simulation, Random random, int count) {
    this.simulation = simulation;
    this.random = random;
    for (int i = 0; i < count; i++) {
      Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
      plan.add(new Planned(random.nextInt(LAST_STEP), kind));
    }
  }

  void step(int step) {
    if (returnsAt >= 0 && step >= returnsAt) {
      returnServer();
    }
    for (Planned planned : plan) {
      if (planned.step() == step) {
        happen(planned.kind(), step);
      }
    }
  }

  /// A connection was accepted.
  void accepted(Simulation.ServerEnd server) {
    if (toRefuse > 0) {
      toRefuse--;
      stopped = true;
      // Closed as soon as somebody looks: an accepting channel cannot be closed while it begins.
      simulation.loop().execute(server.peer::close);
    }
  }

  /// Everybody waits: what is stalled goes on, what is away comes back.
  void nothingMoves() {
    if (random.nextInt(4) == 0) {
      end();
    }
  }

  /// Nothing goes wrong any more.
  void end() {
    simulation.servers().forEach(server -> server.stalled = false);
    toRefuse = 0;
    returnServer();
  }

  /// How many clients may be lost at most.
  int mayLose() {
    return stopped ? Integer.MAX_VALUE : killed;
  }

  @Override
  public String toString() {
    return done.toString();
  }

  private void happen(Kind kind, int step) {
    done.add(kind + " at " + step);
    switch (kind) {
      case KILL_CONNECTION -> {
        if (!simulation.servers().isEmpty()) {
          kill(simulation.servers().get(random.nextInt(simulation.servers().size())));
        }
      }
      case STOP_SERVER -> {
        stopped = true;
        returnServer();
        int which = simulation.nodes().size() == 1 ? 0 : random.nextInt(simulation.nodes().size());
        Simulation.Node node = simulation.nodes().get(which);
        simulation.servers().stream()
            .filter(server -> server.node == node)
            .toList()
            .forEach(this::kill);
        simulation.stopListening(node);
        away = node;
        returnsAt = step + random.nextInt(100);
      }
      case DROP_CLIENT -> {
        Simulation.ClientEnd client =
            simulation.clients().get(random.nextInt(simulation.clients().size()));
        if (client.started && !client.finished) {
          client.dropped = true;
          client.peer.close();
        }
      }
      case STALL_CONNECTION -> {
        if (!simulation.servers().isEmpty()) {
          simulation.servers().get(random.nextInt(simulation.servers().size())).stalled = true;
        }
      }
      case REFUSE_CONNECTION -> toRefuse++;
    }
  }

  /// Breaks off wherever it is, perhaps inside a message.
  private void kill(Simulation.ServerEnd server) {
    killed++;
    stopped |= !server.session.used(); // all that wait for a connection are told that it failed
    if (random.nextBoolean() && server.session.out().isReadable()) {
      server.peer.send(server.session.out(), random);
    }
    server.peer.close();
  }

  private void returnServer() {
    Simulation.Node node = away;
    returnsAt = -1;
    if (node != null) {
      away = null;
      simulation.listen(node);
    }
  }
}

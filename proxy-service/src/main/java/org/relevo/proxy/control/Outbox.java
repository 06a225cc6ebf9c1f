package org.relevo.proxy.control;

import java.util.ArrayList;
import java.util.List;
import org.relevo.proxy.cluster.Command;

/// The effects of one input, in order, and the numbers that tie answers to them. Owner:
/// [MemberLogic].
final class Outbox {
  private List<Effect> effects = new ArrayList<>();
  private long lastNumber;

  void add(Effect effect) {
    effects.add(effect);
  }

  /// @return its number
  long propose(Command command) {
    lastNumber++;
    effects.add(new Effect.Propose(lastNumber, command));
    return lastNumber;
  }

  long nextNumber() {
    lastNumber++;
    return lastNumber;
  }

  List<Effect> take() {
    List<Effect> taken = effects;
    effects = new ArrayList<>();
    return taken;
  }
}

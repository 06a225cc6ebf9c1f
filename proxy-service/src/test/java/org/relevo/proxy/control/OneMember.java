package org.relevo.proxy.control;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.relevo.proxy.cluster.Applied;
import org.relevo.proxy.cluster.ClusterMachine;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.consensus.ClusterLog.Leadership;

/// A member's logic with a log of its own that applies at once, unless it is cut off.
final class OneMember {
  final MemberLogic logic;
  final List<Effect> effects = new ArrayList<>();
  boolean cutOff;
  private ClusterState state;
  private long index;
  private long nowNs;

  OneMember(ControlSettings settings, ClusterState begin) {
    logic = new MemberLogic(settings);
    state = begin;
    feed(new Input.Installed(0, begin));
  }

  static OneMember leading(String name, ClusterState begin) {
    OneMember member =
        new OneMember(
            new ControlSettings(new MemberId(name), 9, Timing.DEFAULT, Optional.empty(), false),
            begin);
    member.feed(new Input.Led(new Leadership(1, Optional.of(new MemberId(name)), true)));
    return member;
  }

  void feed(Input input) {
    ArrayDeque<Input> inputs = new ArrayDeque<>(List.of(input));
    while (!inputs.isEmpty()) {
      for (Effect effect : logic.on(inputs.poll(), nowNs)) {
        effects.add(effect);
        if (effect instanceof Effect.Propose propose && !cutOff) {
          inputs.addAll(applied(propose.number(), propose.command()));
        }
      }
    }
  }

  private List<Input> applied(long number, Command command) {
    Applied applied = ClusterMachine.apply(state, command);
    state = applied.state();
    index++;
    List<Input> inputs = new ArrayList<>();
    inputs.add(new Input.Applied(index, command, state));
    inputs.add(new Input.Proposed(number, true, applied.refusal()));
    return inputs;
  }

  /// Another member's command is applied.
  void others(Command command) {
    applied(0, command).stream().limit(1).forEach(this::feed);
  }

  void pass(long ms) {
    for (long passed = 0; passed < ms; passed += 50) {
      nowNs += Timing.ns(50);
      feed(new Input.Tick(1234));
    }
  }

  ClusterState state() {
    return state;
  }

  <E extends Effect> List<E> take(Class<E> kind) {
    List<E> taken = effects.stream().filter(kind::isInstance).map(kind::cast).toList();
    effects.clear();
    return taken;
  }
}

package org.relevo.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.cluster.States;
import org.relevo.proxy.control.ServerCase.Permit;

/// Who counts a lease from when: its holder from before it sent, the others from when they applied.
class LeasesTest {
  private static final MemberId M0 = new MemberId("m0");
  private static final long START_NS = Long.MAX_VALUE - ms(4000);
  private final Outbox out = new Outbox();
  private final OwnLease own = new OwnLease(M0, 5, Timing.DEFAULT);
  private final LeaseWatch watch = new LeaseWatch(Timing.DEFAULT);
  private final ClusterState founded = States.of(1, States.quorum(1)).state();

  private static long ms(long ms) {
    return ms * 1_000_000;
  }

  private Command.Renew send(ClusterState state, long nowNs) {
    own.observe(state, out, nowNs);
    own.renew(0, List.of(), List.of(), out, nowNs);
    Effect.Propose propose = (Effect.Propose) out.take().getLast();
    return (Command.Renew) propose.command();
  }

  private static ClusterState after(ClusterState state, Command command) {
    return org.relevo.proxy.cluster.ClusterMachine.apply(state, command).state();
  }

  /// The clock passes its greatest value in the middle: only differences count.
  @Test
  void theHolderCountsFromBeforeItSent() {
    ClusterState renewed = after(founded, send(founded, START_NS));
    assertThat(own.permit(START_NS)).isEqualTo(Permit.NEVER);
    own.observe(renewed, out, START_NS + ms(2000));
    assertThat(out.take()).containsExactly(new Effect.WriteUntil(START_NS + ms(2500)));
    assertThat(own.permit(START_NS + ms(2499))).isEqualTo(Permit.VALID);
    assertThat(own.permit(START_NS + ms(2500))).isEqualTo(Permit.OVER);
    assertThat(own.permit(START_NS + ms(9000))).isEqualTo(Permit.OVER);
  }

  @Test
  void anAnswerWithoutTheEntryExtendsNothing() {
    send(founded, 0);
    own.observe(founded, out, ms(10));
    assertThat(own.permit(ms(10))).isEqualTo(Permit.NEVER);
  }

  /// The entry of an earlier process has the same number; it was sent at another time.
  @Test
  void theRenewalOfAnEarlierProcessExtendsNothing() {
    Command.Renew sent = send(founded, 0);
    ClusterState others =
        after(founded, new Command.Renew(M0, 4, sent.seq(), 3000, 0, List.of(), List.of()));
    own.observe(others, out, ms(10));
    assertThat(own.permit(ms(10))).isEqualTo(Permit.NEVER);
    assertThat(send(others, ms(20)).seq()).isGreaterThan(sent.seq());
  }

  @Test
  void aRenewalThatExtendsNothingMovesNoDeadline() {
    ClusterState first = after(founded, send(founded, 0));
    own.observe(first, out, ms(5));
    States states = States.running(2, States.quorum(1));
    states.starts(org.relevo.proxy.cluster.Operation.Kind.FAILOVER, -1, -1);
    ClusterState before = states.state();
    OwnLease other = new OwnLease(M0, 5, Timing.DEFAULT);
    other.observe(before, out, 0);
    out.take();
    other.renew(0, List.of(), List.of(), out, 0);
    Command command = ((Effect.Propose) out.take().getLast()).command();
    other.observe(after(before, command), out, ms(5));
    assertThat(other.permit(ms(5))).isEqualTo(Permit.NEVER);
  }

  @Test
  void lengthsOfTimeFitTogether() {
    assertThat(Timing.DEFAULT.wrong()).isEmpty();
    assertThat(with(1500, 500).wrong()).contains("outlast");
    assertThat(with(3000, 300).wrong()).contains("margin");
  }

  private static Timing with(int leaseMs, int marginMs) {
    return Timing.DEFAULT.withLease(leaseMs, Timing.DEFAULT.renewMs(), marginMs);
  }

  @Test
  void othersWaitFromWhenTheyAppliedIt() {
    watch.observe(founded, START_NS);
    assertThat(watch.alive(M0, START_NS + ms(3499))).isTrue();
    assertThat(watch.over(M0, 0, START_NS + ms(3499))).isFalse();
    assertThat(watch.over(M0, 0, START_NS + ms(3500))).isTrue();
    assertThat(watch.over(M0, 1000, START_NS + ms(4499))).isFalse();
    assertThat(watch.over(M0, 1000, START_NS + ms(4500))).isTrue();
    // The same lease seen again, as by a snapshot, is not a new one.
    watch.observe(founded, START_NS + ms(3000));
    assertThat(watch.over(M0, 0, START_NS + ms(3500))).isTrue();
  }

  @Test
  void aProofNamesTheLeasesThatAreOver() {
    watch.observe(founded, 0);
    assertThat(watch.proof(founded, 0, false, ms(100)).over()).isEmpty();
    assertThat(watch.proof(founded, 0, false, ms(3500)).over()).containsEntry(M0, 1L);
  }

  @Test
  void aReleasedLeaseIsOverAtOnce() {
    own.observe(founded, out, 0);
    own.release(List.of(), out, 0);
    Effect.Propose propose =
        out.take().stream()
            .filter(Effect.Propose.class::isInstance)
            .map(Effect.Propose.class::cast)
            .findFirst()
            .orElseThrow();
    ClusterState released = after(founded, propose.command());
    watch.observe(founded, 0);
    watch.observe(released, ms(1));
    assertThat(watch.over(M0, 0, ms(1))).isTrue();
    assertThat(own.permit(0)).isNotEqualTo(Permit.VALID);
    assertThat(own.due(released, true, ms(5000))).isFalse();
  }

  @Test
  void newsAreSentAtOnceButNotInAFlood() {
    ClusterState state = after(founded, send(founded, 0));
    own.observe(state, out, ms(1));
    assertThat(own.due(state, false, ms(10))).isFalse();
    assertThat(own.due(state, true, ms(10))).isTrue();
    send(state, ms(10));
    assertThat(own.due(state, true, ms(11))).isFalse();
    assertThat(own.due(state, true, ms(210))).isTrue();
    assertThat(own.due(state, false, ms(760))).isTrue();
  }
}

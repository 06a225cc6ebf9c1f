package org.relevo.proxy.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.relevo.proxy.cluster.States.WHY;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.cluster.Command.Proof;

/// Groups of resources: who may have one, and when another may.
class GroupMachineTest {
  private static final String GROUP = "service";
  private static final MemberId M0 = new MemberId("m0");
  private static final MemberId M1 = new MemberId("m1");

  private final States states = States.running(2, States.quorum(1));

  private static Command offer(MemberId member, String... groups) {
    TreeMap<String, Integer> all = new TreeMap<>();
    List.of(groups).forEach(group -> all.put(group, GroupCommand.CAN));
    return new Command.OfGroup(new GroupCommand.Offer(member, all));
  }

  private static Command grant(long number, MemberId to, Proof proof) {
    return new Command.OfGroup(new GroupCommand.Grant(GROUP, number, to, proof, WHY));
  }

  private static Command yields(long number, MemberId holder) {
    return new Command.OfGroup(new GroupCommand.Yield(GROUP, number, holder, WHY));
  }

  private static Command ask(long number, MemberId to) {
    return new Command.OfGroup(new GroupCommand.Ask(GROUP, number, to, WHY));
  }

  private Proof over(MemberId member) {
    return new Proof(
        new TreeMap<>(Map.of(member, states.state().leases().get(member).granted())), false);
  }

  private Group group() {
    return states.state().service().group(GROUP);
  }

  private void bothOfferAndM0Has() {
    states.does(offer(M0, GROUP)).does(offer(M1, GROUP)).does(grant(1, M0, Proof.NONE));
  }

  @Test
  void whoOffersGetsWhatNobodyHas() {
    assertThat(states.tries(grant(1, M0, Proof.NONE))).contains("cannot have");
    bothOfferAndM0Has();
    assertThat(group().heldBy(M0)).isTrue();
    assertThat(group().number()).isEqualTo(1);
  }

  @Test
  void anotherGetsItOnlyWhenTheHoldersLeaseIsOver() {
    bothOfferAndM0Has();
    assertThat(states.tries(grant(2, M1, Proof.NONE))).contains("its lease is not over");
    assertThat(states.tries(grant(2, M1, over(M1)))).contains("its lease is not over");
    Proof proof = over(M0);
    states.renews("m0", 0);
    assertThat(states.tries(grant(2, M1, proof))).contains("its lease is not over");
    states.does(grant(2, M1, over(M0)));
    assertThat(group().heldBy(M1)).isTrue();
  }

  @Test
  void ofTwoGrantsTheFirstCounts() {
    bothOfferAndM0Has();
    states.does(grant(2, M1, over(M0)));
    assertThat(states.tries(grant(2, M0, over(M1)))).contains("is taken");
    assertThat(states.tries(yields(1, M0))).contains("does not have");
  }

  @Test
  void whatIsAskedForGoesOverWithTheHoldersWord() {
    bothOfferAndM0Has();
    assertThat(states.tries(ask(1, M0))).contains("already");
    assertThat(states.tries(ask(1, new MemberId("w")))).contains("cannot have");
    states.does(ask(1, M1));
    assertThat(group().heldBy(M0)).as("until it has let go").isTrue();
    states.does(yields(1, M0));
    assertThat(group().heldBy(M1)).isTrue();
    assertThat(group().next()).isEmpty();
  }

  @Test
  void whoCannotHaveItAnyMoreIsNotGivenIt() {
    bothOfferAndM0Has();
    states.does(ask(1, M1)).does(offer(M1)).does(yields(1, M0));
    assertThat(group().holder()).isEmpty();
    assertThat(group().number()).isEqualTo(2);
  }

  @Test
  void onlyAHolderTellsOfClients() {
    List<String> clients = List.of("10.0.0.7|40000>10.0.0.100|9999");
    Command told = new Command.OfGroup(new GroupCommand.Clients(M0, clients));
    assertThat(states.tries(told)).contains("has nothing");
    bothOfferAndM0Has();
    states.does(told);
    assertThat(states.state().service().clients()).isEqualTo(clients);
    List<String> many = java.util.Collections.nCopies(ServiceState.MOST_CLIENT_TEXTS + 1, "x");
    assertThat(states.tries(new Command.OfGroup(new GroupCommand.Clients(M0, many))))
        .contains("more clients");
  }
}

package org.relevo.proxy.control;

import java.util.List;
import org.relevo.proxy.cluster.ClusterMachine;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.MemberId;

/// What a member of the cluster does, as a pure step machine: inputs with a moment in, effects out.
/// No clock, no randomness, no I/O; the same inputs give the same effects.
///
/// Each part has one duty and one owner, this object: [OwnLease] (may clients write), [LeaseWatch]
/// (may those of others), [GroupDecider] (who gets the service address), [ClientGate] (where
/// clients stand), [LocalServers] (what agents do), [Sights] (what probes see), [Decider] (what
/// comes next, while leading), [Requests] (persons).
///
/// Owner: the one thread that feeds it.
public final class MemberLogic {
  private final Parts parts;
  private final Outbox out = new Outbox();
  private ClusterState state = ClusterMachine.initial();
  private long wallMs;
  private boolean stopped;

  public MemberLogic(ControlSettings settings) {
    this(Parts.of(settings));
  }

  MemberLogic(Parts parts) {
    this.parts = parts;
  }

  /// The parts, so that a test can put one that does wrong in the place of another.
  record Parts(
      OwnLease lease,
      LeaseWatch watch,
      ClientGate gate,
      LocalServers servers,
      Sights sights,
      Decider decider,
      GroupDecider groups,
      Requests requests) {
    static Parts of(ControlSettings settings) {
      MemberId self = settings.self();
      return of(
          settings,
          new OwnLease(self, settings.run(), settings.timing()),
          new LeaseWatch(settings.timing()),
          new ClientGate(self),
          new Freshness());
    }

    static Parts of(
        ControlSettings settings,
        OwnLease lease,
        LeaseWatch watch,
        ClientGate gate,
        Freshness freshness) {
      Decider decider = new Decider(settings, watch, freshness);
      return new Parts(
          lease,
          watch,
          gate,
          new LocalServers(settings.self(), settings.timing()),
          new Sights(settings.self()),
          decider,
          new GroupDecider(watch),
          new Requests(decider));
    }
  }

  /// @param nowNs moment of the input on this member's monotonic clock; never goes back
  /// @return what is to be done, in order
  public List<Effect> on(Input input, long nowNs) {
    if (stopped) {
      return List.of();
    }
    switch (input) {
      case Input.Tick tick -> wallMs = tick.wallMs();
      case Input.Applied applied -> {
        parts.decider().applied(applied.command());
        see(applied.state(), nowNs);
      }
      case Input.Installed installed -> {
        parts.decider().installed();
        see(installed.state(), nowNs);
      }
      case Input.Led led -> {
        parts.decider().leads(led.leadership().self());
        parts.groups().leads(led.leadership().self());
      }
      case Input.Proposed proposed -> {
        boolean effective = proposed.known() && proposed.refusal().isEmpty();
        parts.decider().answered(proposed.number(), effective, nowNs);
        parts.groups().answered(proposed.number());
        parts.requests().answered(proposed, out);
      }
      case Input.Held held -> parts.gate().held(held.gateEpoch());
      case Input.LocalReport told -> parts.servers().hear(told.node(), told.report());
      case Input.ActionEnded ended -> {
        if (!parts.decider().ended(ended.actionId(), ended.failure(), nowNs)) {
          parts.servers().ended(ended.node(), ended.actionId(), ended.failure(), out, nowNs);
        }
      }
      case Input.Kept kept -> parts.servers().kept(kept.node(), kept.on(), nowNs);
      case Input.Probed probed -> parts.sights().see(probed.node(), probed.sight());
      case Input.Asked asked -> parts.requests().asked(asked, state, out, wallMs, nowNs);
      case Input.Stopping _ -> stop(nowNs);
    }
    if (!stopped) {
      work(nowNs);
    }
    return out.take();
  }

  /// The newest state that this member has applied.
  public ClusterState state() {
    return state;
  }

  /// The row that decides at present with its reason, "" when this member does not lead.
  public String standing() {
    return parts.decider().standing();
  }

  private void see(ClusterState newer, long nowNs) {
    parts.decider().outlook().observe(state, newer, nowNs);
    state = newer;
    parts.watch().observe(state, nowNs);
    parts.gate().update(state, out);
    parts.lease().observe(state, out, nowNs);
    parts.sights().update(state, out);
  }

  private void work(long nowNs) {
    parts.servers().work(state, parts.lease().permit(nowNs), out, nowNs);
    parts.decider().expire(nowNs);
    parts.decider().decide(state, out, wallMs, nowNs);
    parts.groups().decide(state, out, wallMs, nowNs);
    renew(nowNs);
  }

  private void renew(long nowNs) {
    List<Command.Renew.Observed> sights = parts.sights().news(state);
    long gate = parts.gate().acknowledged();
    boolean acknowledges =
        state.leases().containsKey(self()) && state.leases().get(self()).gateEpoch() < gate;
    boolean news = acknowledges || !sights.isEmpty() || parts.servers().news(state);
    if (parts.lease().due(state, news, nowNs)) {
      parts.lease().renew(gate, parts.servers().reports(state), sights, out, nowNs);
    }
  }

  private MemberId self() {
    return parts.lease().self();
  }

  /// A primary of its own keeps running under its guard, so the lease only runs out then: nobody
  /// may take its end for the server's.
  private void stop(long nowNs) {
    stopped = true;
    out.add(new Effect.ServeNobody("the service ends"));
    if (parts.servers().hasPrimary()) {
      parts.lease().retire(out, nowNs);
    } else {
      parts.lease().release(parts.servers().reports(state), out, nowNs);
    }
  }
}

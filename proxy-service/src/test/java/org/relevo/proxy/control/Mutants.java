package org.relevo.proxy.control;

import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.cluster.NodeReport;
import org.relevo.proxy.cluster.Operation;
import org.relevo.proxy.core.BackendId;

/// Members that do wrong in one thing each, so that the simulation can be seen to find it.
public final class Mutants {
  private Mutants() {}

  /// Promotes whoever stands still, whatever it may lack.
  public static MemberLogic withoutProof(ControlSettings settings) {
    return with(
        settings,
        new Freshness() {
          @Override
          String proof(
              ClusterState state, Operation operation, BackendId node, NodeReport candidate) {
            return "none";
          }
        });
  }

  private static MemberLogic with(ControlSettings settings, Freshness freshness) {
    return new MemberLogic(
        MemberLogic.Parts.of(
            settings,
            new OwnLease(settings.self(), settings.run(), settings.timing()),
            new LeaseWatch(settings.timing()),
            new ClientGate(settings.self()),
            freshness));
  }

  /// Says that its clients are held when it has only been told to hold them.
  public static MemberLogic withoutWaitingForClients(ControlSettings settings) {
    return new MemberLogic(
        MemberLogic.Parts.of(
            settings,
            new OwnLease(settings.self(), settings.run(), settings.timing()),
            new LeaseWatch(settings.timing()),
            new ClientGate(settings.self()) {
              @Override
              long acknowledged() {
                return wantedGate();
              }
            },
            new Freshness()));
  }

  /// Takes every lease for over.
  public static MemberLogic withoutWaitingForLeases(ControlSettings settings) {
    return new MemberLogic(
        MemberLogic.Parts.of(
            settings,
            new OwnLease(settings.self(), settings.run(), settings.timing()),
            new LeaseWatch(settings.timing()) {
              @Override
              boolean over(MemberId member, long extraMs, long nowNs) {
                return true;
              }

              @Override
              boolean alive(MemberId member, long nowNs) {
                return !super.over(member, 0, nowNs);
              }
            },
            new ClientGate(settings.self()),
            new Freshness()));
  }

  /// Counts its own lease from when the renewal came back instead of from when it was sent.
  public static MemberLogic countingFromTheAnswer(ControlSettings settings) {
    return new MemberLogic(
        MemberLogic.Parts.of(
            settings,
            new OwnLease(settings.self(), settings.run(), settings.timing()) {
              @Override
              long countedFrom(long sentNs, long appliedNs) {
                return appliedNs;
              }
            },
            new LeaseWatch(settings.timing()),
            new ClientGate(settings.self()),
            new Freshness()));
  }
}

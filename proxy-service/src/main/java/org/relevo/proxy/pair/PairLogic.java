package org.relevo.proxy.pair;

import java.util.ArrayList;
import java.util.List;
import org.relevo.proxy.pair.Claim.Standing;
import org.relevo.proxy.pair.PairInput.Outcome;
import org.relevo.proxy.pair.PairInput.Voters;

/// When one of two machines may decide alone, as a pure step machine: inputs with a moment in,
/// effects out.
///
/// Owner: the one thread that feeds it.
final class PairLogic {
  private final LogicSettings settings;
  private final PairEffect.Notes events =
      (warning, event, text) -> this.effects.add(new PairEffect.Note(warning, event, text));
  private final PairTiming timing;
  private List<PairEffect> effects = new ArrayList<>();
  private Claim claim;
  private PairMode mode = PairMode.WAITING;
  private long lastNs;
  private final OtherMachine other;
  private boolean seesNet = true;
  private final Majority log;
  private long lostNs;
  private final Fencing fencing;

  /// Whether the claim is one of two that exclude each other, or less than the other's.
  private boolean contested;

  private boolean warned;
  private boolean told;
  private String trouble = "";

  /// @param claim as kept on the disk
  PairLogic(LogicSettings settings, Claim claim, long nowNs) {
    this.settings = settings;
    this.timing = settings.timing();
    this.claim = claim;
    this.other = new OtherMachine(nowNs);
    this.lastNs = nowNs;
    this.log = new Majority(nowNs, timing.dead());
    this.contested = settings.contested();
    this.fencing = new Fencing(nowNs);
  }

  PairMode mode() {
    return mode;
  }

  Claim claim() {
    return claim;
  }

  /// What the other said last; [Claim#NONE] before.
  Claim other() {
    return other.claim();
  }

  /// One sentence when a person must look, "" otherwise.
  String trouble() {
    return trouble;
  }

  /// Whether this machine sees most of its ping nodes.
  boolean seesNet() {
    return seesNet;
  }

  /// The request to the fence agent whose answer is waited for, 0 for none.
  long fenceAsked() {
    return fencing.asked();
  }

  /// Whether this machine is to have no addresses, because the other can be reached by more of the
  /// network. When neither can, nothing would be better elsewhere.
  boolean vetoed(long nowNs) {
    return !seesNet
        && other.seesNet()
        && mode == PairMode.PAIRED
        && !other.silent(nowNs, timing.dead());
  }

  List<PairEffect> on(PairInput input, long nowNs) {
    if (nowNs - lastNs >= PairTiming.ns(timing.dead())) {
      fencing.forget(log.stoodStill(nowNs));
    }
    lastNs = nowNs;
    switch (input) {
      case PairInput.Tick _ -> {}
      case PairInput.Heard heard -> heard(heard, nowNs);
      case PairInput.Net net -> seesNet = net.seen();
      case PairInput.Log now -> log.take(now, mode, nowNs);
      case PairInput.Fenced fenced -> fenced(fenced, nowNs);
      case PairInput.Confirmed confirmed -> confirmed(confirmed, nowNs);
      case PairInput.Stood _ -> fencing.forget(log.stoodStill(nowNs));
    }
    step(nowNs);
    List<PairEffect> taken = effects;
    effects = new ArrayList<>();
    return taken;
  }

  /// What the agent was asked before was about another situation.
  private void become(PairMode next) {
    mode = next;
    fencing.forget(lastNs);
  }

  private void heard(PairInput.Heard heard, long nowNs) {
    other.hear(heard, nowNs);
    if (warned) {
      warned = false;
      events.accept(false, "pair.heard", "the other machine is heard again");
    }
  }

  private void step(long nowNs) {
    switch (mode) {
      case WAITING -> waiting(nowNs);
      case PAIRED -> paired(nowNs);
      case LOST -> lost(nowNs);
      case ALONE -> alone(nowNs);
      case JOINING -> joining(nowNs);
      case SPLIT -> {
        if (other.newerThan(claim)) {
          join();
        }
      }
      case RETIRED -> {}
    }
  }

  private void waiting(long nowNs) {
    if (other.everAnswered() && !other.silent(nowNs, timing.dead())) {
      meet();
      return;
    }
    boolean late = other.silent(nowNs, timing.initDead());
    if (claim.standing() == Standing.ALONE && !contested) {
      if (settings.resumes() && other.silent(nowNs, timing.dead())) {
        open("it was the sole voter since the system was started");
        return;
      }
      if (settings.fences() && seesNet) {
        // Never switched off: the other may have gone on alone later, by a person's word.
        fence(false, nowNs);
      }
    }
    if (late && !told) {
      told = true;
      trouble = Hindrance.toBegin(claim);
      events.accept(true, "pair.waiting", trouble);
    }
  }

  private void meet() {
    Claim its = other.claim();
    if (other.newerThan(claim)) {
      join();
    } else if (other.rivals(claim)) {
      beSplit();
    } else if (claim.worth()
        || its.worth()
        || (claim.standing() == Standing.NEW && its.standing() == Standing.NEW)) {
      open("the other machine is " + its);
    } else if (!told) {
      told = true;
      trouble = "neither machine has a state to go on with: found the cluster anew";
      events.accept(true, "pair.waiting", trouble);
    }
  }

  private void open(String why) {
    become(
        switch (claim.standing()) {
          case ALONE -> PairMode.ALONE;
          case JOINING -> PairMode.JOINING;
          case NEW, PAIRED -> PairMode.PAIRED;
        });
    log.opened(lastNs);
    trouble = "";
    if (claim.standing() == Standing.NEW || contested) {
      // Storage that is made from here on must not be taken for an older one's.
      keep(claim);
    }
    events.accept(false, "pair.begins", "as %s: %s".formatted(claim, why));
    effects.add(new PairEffect.Open());
  }

  private void paired(long nowNs) {
    if (log.contact() && log.voters() == Voters.BOTH && claim.standing() != Standing.PAIRED) {
      complete();
    }
    if (other.rivals(claim)) {
      beSplit();
    } else if (claim.standing() == Standing.ALONE && log.contact() && log.voters() == Voters.SELF) {
      become(PairMode.ALONE);
    } else if (outdated()) {
      join();
    } else if (log.voters() == Voters.SELF && claim.standing() == Standing.PAIRED) {
      keep(claim.alone(1));
      becomeAlone("the other machine left in order");
    } else if (!log.contact() && otherHasNothing(nowNs)) {
      standAlone(1, "the other machine has lost its state and says so");
    } else if (other.silent(nowNs, timing.dead()) && log.lacked(nowNs, timing.warn())) {
      become(PairMode.LOST);
      lostNs = nowNs;
      told = false;
      long delayMs = log.holder() ? 0 : (long) timing.fenceDelay() + settings.spreadMs();
      fencing.forget(nowNs + PairTiming.ns(delayMs));
      events.accept(true, "pair.lost", "the other machine is silent on every path");
    } else if (other.silent(nowNs, timing.warn()) && !warned) {
      warned = true;
      events.accept(true, "pair.silent", "nothing was heard for %d ms".formatted(timing.warn()));
    }
  }

  /// The other counts: it decided alone meanwhile, or says that this machine does not vote.
  private boolean outdated() {
    Claim its = other.claim();
    return other.newerThan(claim)
        || (log.voters() == Voters.OTHER
            && other.everAnswered()
            && its.standing() == Standing.ALONE
            && its.generation() >= claim.generation());
  }

  /// Its own word, said surely after it had no majority with this machine any more: an answer is at
  /// most `heartbeat_deadtime` old when it arrives, see [Runs].
  private boolean otherHasNothing(long nowNs) {
    return log.met()
        && claim.worth()
        && !other.claim().worth()
        && other.answeredSince(nowNs - PairTiming.ns(timing.warn()))
        && other.answeredSince(
            log.contactNs() + PairTiming.ns((long) timing.dead() + timing.warn()));
  }

  private void lost(long nowNs) {
    if (other.heardSince(lostNs) || log.contact()) {
      become(PairMode.PAIRED);
      trouble = "";
      events.accept(false, "pair.found", "the other machine is there again");
      paired(nowNs);
      return;
    }
    String hindrance = Hindrance.toFence(seesNet, log.met(), settings.fences());
    if (hindrance.isEmpty()) {
      fence(true, nowNs);
    } else if (!hindrance.equals(trouble)) {
      trouble = hindrance;
      events.accept(true, "pair.stuck", hindrance);
    }
  }

  private void fence(boolean shoot, long nowNs) {
    if (fencing.due(nowNs)) {
      effects.add(new PairEffect.Fence(fencing.ask(), shoot));
      if (shoot) {
        events.accept(true, "pair.fencing", "the other machine is being switched off");
      }
    }
  }

  private void fenced(PairInput.Fenced fenced, long nowNs) {
    if (!fencing.answers(fenced.request(), nowNs + PairTiming.ns(timing.fenceAgain()))) {
      return;
    }
    boolean stillSilent =
        mode == PairMode.LOST
            ? !other.heardSince(lostNs) && !log.contact()
            : mode == PairMode.WAITING && other.silent(nowNs, timing.dead());
    if (fenced.outcome() == Outcome.OFF && stillSilent) {
      events.accept(true, "pair.fenced", "the other machine is off: " + fenced.text());
      if (mode == PairMode.WAITING) {
        open("the other machine is off");
      } else if (Hindrance.toFence(seesNet, log.met(), settings.fences()).isEmpty()) {
        standAlone(1, "the other machine is off");
      }
    } else if (fenced.outcome() != Outcome.OFF && mode == PairMode.LOST) {
      trouble = "the other machine could not be switched off: " + fenced.text();
      events.accept(true, "pair.fence-failed", trouble);
    }
  }

  private void confirmed(PairInput.Confirmed confirmed, long nowNs) {
    String refusal =
        new Confirmation(
                mode,
                claim,
                other.claim(),
                other.everHeard() && !other.silent(nowNs, timing.dead()),
                !other.silent(nowNs, timing.warn()),
                log.contact(),
                log.met(),
                contested)
            .refusal(confirmed.oldData());
    effects.add(new PairEffect.Answer(confirmed.request(), refusal));
    if (!refusal.isEmpty()) {
      return;
    }
    events.accept(true, "pair.confirmed", "a person says that the other machine is dead");
    if (mode == PairMode.WAITING && claim.standing() == Standing.ALONE && !contested) {
      open("a person says that the other machine is dead");
    } else {
      boolean sure = (mode == PairMode.LOST || mode == PairMode.PAIRED) && log.met();
      standAlone(sure ? 1 : Claim.BY_FORCE, "a person says that the other machine is dead");
    }
  }

  private void standAlone(long more, String why) {
    effects.add(new PairEffect.Narrow());
    keep(claim.alone(more));
    effects.add(new PairEffect.Open());
    becomeAlone(why);
  }

  private void becomeAlone(String why) {
    become(PairMode.ALONE);
    log.opened(lastNs);
    trouble = "";
    events.accept(true, "pair.alone", "%s: %s".formatted(claim, why));
  }

  private void alone(long nowNs) {
    if (log.voters() == Voters.BOTH && log.contact()) {
      complete();
    } else if (other.newerThan(claim)) {
      retire();
    } else if (other.rivals(claim)) {
      beSplit();
    } else if (log.voters() != Voters.SELF && log.lacked(nowNs, timing.dead())) {
      // It had let the other in, at least half, and needs it now: as two that vote.
      become(PairMode.PAIRED);
    }
  }

  private void complete() {
    keep(new Claim(Math.max(1, claim.generation()), Standing.PAIRED));
    become(PairMode.PAIRED);
    log.complete(lastNs);
    warned = false;
    events.accept(false, "pair.complete", "both machines vote");
  }

  private void beSplit() {
    contest(
        PairMode.SPLIT,
        "both machines decided alone: a person must say which counts (confirm-dead)");
    events.accept(true, "pair.split", trouble);
  }

  /// What this process knows is not the beginning of what the other knows.
  private void retire() {
    contest(
        PairMode.RETIRED, "the other machine's state counts: this service must be started again");
    events.accept(true, "pair.retired", trouble);
  }

  private void contest(PairMode next, String why) {
    become(next);
    trouble = why;
    contested = true;
    effects.add(new PairEffect.Shut());
    effects.add(new PairEffect.Contest(claim));
  }

  private void join() {
    if (log.ruled()) {
      retire();
      return;
    }
    become(PairMode.JOINING);
    log.lostSight();
    trouble = "";
    events.accept(false, "pair.joins", "the other machine is " + other.claim());
    effects.add(new PairEffect.Discard());
    keep(new Claim(Math.max(other.claim().generation(), claim.generation()), Standing.JOINING));
    effects.add(new PairEffect.Open());
  }

  private void joining(long nowNs) {
    if (log.voters() == Voters.BOTH && log.contact()) {
      complete();
    } else if (log.voters() == Voters.SELF && log.contact()) {
      keep(claim.alone(1)); // its log began empty: only the other can have given it the vote
      becomeAlone("the other machine let this one in and left in order");
    } else if (other.newerThan(claim) && !other.silent(nowNs, timing.dead())) {
      join();
    }
  }

  private void keep(Claim next) {
    claim = next;
    contested = false;
    log.forget();
    effects.add(new PairEffect.Keep(next));
  }
}

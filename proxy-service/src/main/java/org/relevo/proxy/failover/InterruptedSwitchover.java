package org.relevo.proxy.failover;

import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/// What to do at start about a switchover in whose middle the service died.
public final class InterruptedSwitchover {
  private InterruptedSwitchover() {}

  /// How the old primary is found.
  public enum OldPrimary {
    RUNNING,
    /// Stopped, its control file says "shut down".
    SHUT_DOWN,
    /// Stopped in another state, or its files cannot be read from here.
    UNCLEAR
  }

  /// How the candidate is found.
  public enum Target {
    WRITABLE,
    IN_RECOVERY,
    SILENT
  }

  /// @param step the last one that was begun
  public record Facts(SwitchoverStep step, OldPrimary old, Target target) {}

  /// What is safe to do.
  public enum Remedy {
    NOTHING,
    START_OLD_PRIMARY,
    REJOIN_OLD_AS_STANDBY,
    ASK_PERSON
  }

  /// @param row id of the rule
  /// @param outcome one sentence for people
  public record Decision(String row, Remedy remedy, String outcome) {}

  record Row(String id, Predicate<Facts> when, Remedy remedy, Function<Facts, String> outcome) {}

  static final List<Row> TABLE =
      List.of(
          new Row(
              "I-010",
              facts -> facts.old() == OldPrimary.RUNNING && facts.target() == Target.WRITABLE,
              Remedy.NOTHING,
              _ -> "both servers run and the target takes writes; the node watch decides"),
          new Row(
              "I-020",
              facts -> facts.old() == OldPrimary.RUNNING,
              Remedy.NOTHING,
              _ -> "the old primary runs and was never replaced; nothing was changed"),
          new Row(
              "I-030",
              facts ->
                  facts.target() == Target.WRITABLE
                      && facts.old() == OldPrimary.SHUT_DOWN
                      // Only then it was proven that the target has all of the old one's WAL.
                      && facts.step().afterPointOfNoReturn(),
              Remedy.REJOIN_OLD_AS_STANDBY,
              _ -> "the target is the new primary; the old primary joins it as a standby"),
          new Row(
              "I-040",
              facts -> facts.target() == Target.WRITABLE,
              Remedy.ASK_PERSON,
              _ ->
                  "the target is the new primary, but it is not sure that the old primary can"
                      + " follow it; rebuild the old one from a base backup"),
          new Row(
              "I-050",
              facts ->
                  facts.old() == OldPrimary.SHUT_DOWN
                      && facts.target() == Target.IN_RECOVERY
                      && !facts.step().afterPointOfNoReturn(),
              Remedy.START_OLD_PRIMARY,
              _ -> "the target was never promoted; the old primary is started again"),
          new Row(
              "I-060",
              facts -> facts.step().afterPointOfNoReturn(),
              Remedy.ASK_PERSON,
              facts ->
                  "the promotion may have been asked for and the target is %s; when it is sure that"
                          .formatted(facts.target())
                      + " it stays a standby, start the old primary by hand"),
          new Row(
              "I-070",
              _ -> true,
              Remedy.ASK_PERSON,
              facts ->
                  "the old primary is %s and the target %s; start the old primary by hand when"
                          .formatted(facts.old(), facts.target())
                      + " it is sure that the target was not promoted"));

  public static Decision decide(Facts facts) {
    Row row = TABLE.stream().filter(each -> each.when().test(facts)).findFirst().orElseThrow();
    return new Decision(row.id(), row.remedy(), row.outcome().apply(facts));
  }
}

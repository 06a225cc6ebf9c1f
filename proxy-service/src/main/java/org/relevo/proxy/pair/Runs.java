package org.relevo.proxy.pair;

import java.util.ArrayDeque;

/// Which heartbeats of the other count: those of its present run, on each path only newer ones; of
/// them only those that answer what this process sent lately say what the other is.
///
/// The first run that is heard is the present one until another *answers*: nobody can do that but a
/// process that lives now. The one it takes the place of never counts again.
///
/// Owner: the receiving threads share it.
final class Runs {
  private static final int MOST_REPLACED = 64;

  private final long own;
  private final long freshNs;
  private final long[] numbers;
  private final ArrayDeque<Long> replaced = new ArrayDeque<>();
  private boolean known;
  private long run;
  private long newest;

  /// What a heartbeat is worth.
  enum Worth {
    /// None: an old one, or of a run that is not the present one.
    OLD,
    /// It shows that the other lives.
    ALIVE,
    /// It was sent lately for sure.
    ANSWER
  }

  /// What this machine answers with; 0 before anything was heard.
  record Latest(long run, long number) {}

  /// @param own run of this process
  /// @param freshMs how long ago the one that is answered may have been sent
  Runs(long own, int freshMs, int paths) {
    this.own = own;
    this.freshNs = PairTiming.ns(freshMs);
    this.numbers = new long[paths];
  }

  /// @param path less than the number of them
  /// @param ownNumber what this process would send as its number now
  synchronized Worth take(int path, Beat beat, long ownNumber) {
    long age = ownNumber - beat.answered();
    boolean answer = beat.answers() == own && age >= 0 && age <= freshNs;
    if (known && beat.run() != run) {
      if (!answer || replaced.contains(beat.run())) {
        return Worth.OLD;
      }
      if (replaced.size() >= MOST_REPLACED) {
        replaced.removeFirst();
      }
      replaced.add(run);
      known = false;
    }
    if (!known) {
      known = true;
      run = beat.run();
      newest = 0;
      java.util.Arrays.fill(numbers, 0);
    }
    if (beat.number() <= numbers[path]) {
      return Worth.OLD;
    }
    numbers[path] = beat.number();
    newest = Math.max(newest, beat.number());
    return answer ? Worth.ANSWER : Worth.ALIVE;
  }

  synchronized Latest latest() {
    return new Latest(known ? run : 0, newest);
  }
}

package org.relevo.proxy.fanout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.relevo.proxy.core.CommitSafety;
import org.relevo.proxy.testkit.JavaProgram;

/// A [FanoutService] in a process of its own that ends as by kill -9 at one point.
final class DoomedService {
  /// As of a process that was killed.
  static final int KILLED = 137;

  private DoomedService() {}

  /// @param detached file that names detached servers
  /// @param times it goes past the point before it ends there
  static JavaProgram start(
      Path folder,
      List<Integer> ports,
      Path detached,
      Path said,
      CommitSafety safety,
      CommitSteps.Point point,
      int times)
      throws IOException {
    return JavaProgram.start(
        folder,
        List.of(),
        DoomedService.class.getName(),
        Stream.concat(
                Stream.of(
                    detached.toString(),
                    said.toString(),
                    safety.name(),
                    point.name(),
                    String.valueOf(times)),
                ports.stream().map(String::valueOf))
            .toList());
  }

  public static void main(String[] arguments) throws Exception {
    CommitSteps.Point last = CommitSteps.Point.valueOf(arguments[3]);
    AtomicInteger left = new AtomicInteger(Integer.parseInt(arguments[4]));
    CommitSteps steps =
        point -> {
          if (point == last && left.decrementAndGet() < 0) {
            // What was sent may have left the process, or not.
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(4_000_000));
            Runtime.getRuntime().halt(KILLED);
          }
        };
    FanoutService service =
        new FanoutService(
            List.of(arguments).subList(5, arguments.length).stream().map(Integer::valueOf).toList(),
            Path.of(arguments[0]),
            FanoutLab.MIXED,
            CommitSafety.valueOf(arguments[2]),
            steps);
    Path said = Path.of(arguments[1]);
    Path partial = said.resolveSibling(said.getFileName() + ".new");
    Files.writeString(partial, String.valueOf(service.port()));
    Files.move(partial, said, StandardCopyOption.ATOMIC_MOVE);
    new CountDownLatch(1).await();
  }
}

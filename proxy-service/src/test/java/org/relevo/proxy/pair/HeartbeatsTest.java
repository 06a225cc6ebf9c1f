package org.relevo.proxy.pair;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.core.Place;

class HeartbeatsTest {
  private static final BeatKey KEY = new BeatKey("0123456789abcdef".getBytes(UTF_8));
  private static final Claim CLAIM = new Claim(7, Claim.Standing.PAIRED);

  private static int freePort() throws SocketException {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Place here(int port) {
    return new Place("127.0.0.1", port);
  }

  private static PairSettings settings(String self, String other, List<PairSettings.Way> ways) {
    return new PairSettings(
        new MemberId(self),
        new MemberId(other),
        KEY,
        ways,
        Duration.ofMillis(50),
        new PairTiming(1000, 3000, 20_000, 5000, 4000),
        List.of(),
        Optional.empty(),
        List.of());
  }

  /// The name of the first path's end is not known, and what is said fails at times.
  @Test
  void onePathThatFailsAndAnErrorSilenceNoOther() throws Exception {
    int nowhere = freePort();
    int a = freePort();
    int b = freePort();
    LinkedBlockingQueue<PairInput.Heard> heard = new LinkedBlockingQueue<>();
    AtomicInteger said = new AtomicInteger();
    PairSettings.Way broken =
        new PairSettings.Way(here(nowhere), new Place("no-such-host.invalid", nowhere));
    try (Heartbeats one =
            new Heartbeats(
                settings("a", "b", List.of(broken, new PairSettings.Way(here(a), here(b)))),
                () -> {
                  if (said.incrementAndGet() % 2 == 1) {
                    throw new IllegalStateException("now and then");
                  }
                  return new Heartbeats.Said(CLAIM, true);
                },
                _ -> {},
                (_, _, _) -> {});
        Heartbeats two =
            new Heartbeats(
                settings(
                    "b",
                    "a",
                    List.of(
                        new PairSettings.Way(here(freePort()), here(nowhere)),
                        new PairSettings.Way(here(b), here(a)))),
                () -> new Heartbeats.Said(CLAIM, true),
                heard::add,
                (_, _, _) -> {})) {
      one.start();
      two.start();
      PairInput.Heard last;
      do {
        last = heard.poll(20, TimeUnit.SECONDS);
        assertThat(last).as("heard on the second path").isNotNull();
      } while (!last.answers());
      assertThat(last.claim()).isEqualTo(CLAIM);
      assertThat(said.get()).as("the first one failed").isGreaterThan(1);
      assertThat(two.status().getLast().received()).isPositive();
      assertThat(two.status().getFirst().received()).isZero();
    }
  }
}

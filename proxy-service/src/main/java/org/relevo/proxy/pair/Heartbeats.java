package org.relevo.proxy.pair;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.proxy.agent.Journal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends this machine's heartbeats on all paths, and takes the other's.
///
/// Owner: of each path a thread receives, one sends and one resolves the name, so that no path
/// waits for another; what others read is volatile.
final class Heartbeats implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);
  private static final long BIND_AGAIN_MS = 500;
  private static final long RESOLVE_MS = 5000;

  private final PairSettings settings;
  private final Supplier<Said> said;
  private final Consumer<PairInput.Heard> heard;
  private final Journal journal;
  private final long run = new SecureRandom().nextLong() | 1;
  private final List<Line> lines = new ArrayList<>();
  private final Runs runs;
  private final long beganNs = System.nanoTime();
  private final ScheduledExecutorService sender;
  private volatile boolean closed;

  /// What is told in each.
  record Said(Claim claim, boolean seesNet) {}

  /// @param heardNs moment of the last authentic one, 0 for none
  /// @param refused datagrams that were none of the other's
  record Status(String way, long heardNs, long received, long refused, String trouble) {}

  /// @param heard called on several threads
  Heartbeats(
      PairSettings settings,
      Supplier<Said> said,
      Consumer<PairInput.Heard> heard,
      Journal journal) {
    this.settings = settings;
    this.said = said;
    this.heard = heard;
    this.journal = journal;
    this.runs = new Runs(run, settings.timing().dead(), settings.ways().size());
    // A thread for each task: one that hangs keeps no other from its time.
    this.sender =
        Executors.newScheduledThreadPool(
            2 * settings.ways().size(),
            Thread.ofPlatform().daemon().name("relevo-heartbeat-send-", 0).factory());
    for (int path = 0; path < settings.ways().size(); path++) {
      lines.add(new Line(path, settings.ways().get(path)));
    }
  }

  void start() {
    long everyMs = settings.keepalive().toMillis();
    for (Line line : lines) {
      Thread.ofPlatform().daemon().name("relevo-heartbeat-" + line.path).start(line::receive);
      var _ = sender.scheduleWithFixedDelay(line::resolve, 0, RESOLVE_MS, TimeUnit.MILLISECONDS);
      var _ = sender.scheduleWithFixedDelay(line::send, 0, everyMs, TimeUnit.MILLISECONDS);
    }
  }

  List<Status> status() {
    return lines.stream().map(Line::status).toList();
  }

  /// Nanoseconds of this run, from 1.
  private long number() {
    return System.nanoTime() - beganNs + 1;
  }

  @Override
  public void close() {
    closed = true;
    sender.shutdownNow();
    lines.forEach(Line::close);
  }

  /// One path. Its receiving thread owns the socket and shares it with the sender.
  private final class Line {
    private final int path;
    private final PairSettings.Way way;
    private volatile @Nullable DatagramSocket socket;
    private volatile long heardNs;
    private final LongAdder received = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private volatile String trouble = "";
    private volatile @Nullable InetAddress address;

    Line(int path, PairSettings.Way way) {
      this.path = path;
      this.way = way;
    }

    Status status() {
      return new Status(way.toString(), heardNs, received.sum(), refused.sum(), trouble);
    }

    /// A name service that does not answer leaves the address as it was.
    void resolve() {
      try {
        address = InetAddress.getByName(way.other().host());
      } catch (IOException | RuntimeException e) {
        LOG.debug("pair.name-unknown host={}", way.other().host(), e);
      }
    }

    void send() {
      try {
        DatagramSocket open = socket;
        InetAddress to = address;
        if (open == null) {
          return;
        } else if (to == null) {
          told("cannot send: the address of '%s' is not known".formatted(way.other().host()));
          return;
        }
        Said now = said.get();
        Runs.Latest latest = runs.latest();
        Beat beat =
            new Beat(
                settings.self().value(),
                path,
                run,
                number(),
                latest.run(),
                latest.number(),
                now.claim(),
                now.seesNet());
        byte[] bytes = beat.encode(settings.key());
        open.send(new DatagramPacket(bytes, bytes.length, to, way.other().port()));
        told("");
      } catch (IOException e) {
        told("cannot send: " + e.getMessage());
      } catch (RuntimeException e) {
        // The next one is sent all the same.
        LOG.error("pair.path-failed path=\"{}\"", way, e);
      }
    }

    void receive() {
      byte[] buffer = new byte[Beat.MOST_BYTES + 1];
      while (!closed) {
        try (DatagramSocket open =
            new DatagramSocket(
                new InetSocketAddress(InetAddress.getByName(way.own().host()), way.own().port()))) {
          socket = open;
          while (!closed) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            open.receive(packet);
            take(Arrays.copyOf(buffer, packet.getLength()));
          }
        } catch (IOException e) {
          if (!closed) {
            told("cannot listen: " + e.getMessage());
            pause();
          }
        } catch (RuntimeException e) {
          LOG.error("pair.path-failed path=\"{}\"", way, e);
          pause();
        } finally {
          socket = null;
        }
      }
    }

    private void take(byte[] bytes) {
      Beat beat = Beat.decode(bytes, settings.key()).orElse(null);
      Runs.Worth worth =
          beat == null || beat.path() != path || !beat.sender().equals(settings.other().value())
              ? Runs.Worth.OLD
              : runs.take(path, beat, number());
      if (beat == null || worth == Runs.Worth.OLD) {
        refused.increment();
        return;
      }
      received.increment();
      heardNs = System.nanoTime();
      heard.accept(new PairInput.Heard(beat.claim(), worth == Runs.Worth.ANSWER, beat.seesNet()));
    }

    private void told(String now) {
      if (!now.equals(trouble)) {
        trouble = now;
        journal.record(
            now.isEmpty() ? LogLevel.INFO : LogLevel.WARN,
            now.isEmpty() ? "pair.path-up" : "pair.path-down",
            "path=\"%s\" reason=\"%s\"".formatted(way, now));
      }
    }

    private void pause() {
      try {
        Thread.sleep(BIND_AGAIN_MS);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }

    void close() {
      DatagramSocket open = socket;
      if (open != null) {
        open.close();
      }
    }
  }
}

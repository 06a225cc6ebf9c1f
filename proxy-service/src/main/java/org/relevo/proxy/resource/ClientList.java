package org.relevo.proxy.resource;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.proxy.agent.Journal;
import org.relevo.proxy.netlink.PacketSocket;
import org.relevo.proxy.netlink.TcpSockets;
import org.relevo.proxy.netlink.TcpSockets.Pair;

/// Clients of the service address. Its holder tells the others who they are, once a second when
/// they have changed; who takes it over has them reset, since one that only waits for an answer
/// would never learn that nobody is left to give it.
///
/// Owner: its thread; resets are asked for by a group's.
final class ClientList implements AutoCloseable {
  private static final long PERIOD_NS = TimeUnit.SECONDS.toNanos(1);
  private static final int MOST = 800;

  /// So that a text of IPv6 clients is short enough for the log.
  private static final int IN_A_TEXT = 40;

  /// A reset is sent thrice: the first may be lost, or come before neighbours know the address.
  private static final List<Long> MOMENTS_MS = List.of(0L, 100L, 500L);

  private final AddressKeeper keeper;
  private final Supplier<List<String>> agreed;
  private final Function<List<String>, CompletionStage<String>> tell;
  private final Journal journal;
  private final Thread thread;
  private volatile boolean saying;
  private volatile boolean closed;

  /// @param agreed what the last holder told
  ClientList(
      AddressKeeper keeper,
      Supplier<List<String>> agreed,
      Function<List<String>, CompletionStage<String>> tell,
      Journal journal) {
    this.keeper = keeper;
    this.agreed = agreed;
    this.tell = tell;
    this.journal = journal;
    this.thread = Thread.ofPlatform().name("service-clients").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    while (!closed) {
      Set<InetAddress> on = new HashSet<>(keeper.on());
      if (!on.isEmpty() && !saying) {
        look(on);
      }
      LockSupport.parkNanos(this, PERIOD_NS);
    }
  }

  private void look(Set<InetAddress> on) {
    try {
      Set<String> all = new TreeSet<>();
      TcpSockets.open(on, MOST).forEach(pair -> all.add(text(pair)));
      List<String> now = texts(List.copyOf(all));
      if (!now.equals(agreed.get())) {
        saying = true;
        var _ = tell.apply(now).whenComplete((_, _) -> saying = false);
      }
    } catch (IOException e) {
      failed(e);
    }
  }

  private static List<String> texts(List<String> all) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < all.size(); i += IN_A_TEXT) {
      texts.add(String.join(" ", all.subList(i, Math.min(all.size(), i + IN_A_TEXT))));
    }
    return texts;
  }

  private static String text(Pair pair) {
    return "%s|%d>%s|%d"
        .formatted(
            pair.remote().getHostAddress(),
            pair.remotePort(),
            pair.local().getHostAddress(),
            pair.localPort());
  }

  /// Has clients of former holders of the address reset, in the background.
  void resetOthers(InetAddress address) {
    List<String> before = agreed.get();
    if (!before.isEmpty()) {
      Thread.ofVirtual().name("reset-clients").start(() -> resetAll(address, before));
    }
  }

  private void resetAll(InetAddress address, List<String> before) {
    try {
      long begunNs = System.nanoTime();
      int sent = 0;
      for (long moment : MOMENTS_MS) {
        long atNs = begunNs + TimeUnit.MILLISECONDS.toNanos(moment);
        LockSupport.parkNanos(atNs - System.nanoTime());
        sent = 0;
        for (String each : String.join(" ", before).split(" ", -1)) {
          String[] words = each.split("[|>]", -1);
          InetAddress service = InetAddress.ofLiteral(words[2]);
          if (service.equals(address) && keeper.on().contains(address)) {
            sent += tickle(service, words) ? 1 : 0;
          }
        }
      }
      journal.record(
          LogLevel.INFO,
          "address.clients-reset",
          "address=%s clients=%d".formatted(address.getHostAddress(), sent));
    } catch (RuntimeException e) {
      failed(new IOException(e));
    }
  }

  /// One that cannot be reached keeps no other waiting.
  private boolean tickle(InetAddress service, String[] words) {
    try {
      PacketSocket.tickle(
          service,
          Integer.parseInt(words[3]),
          InetAddress.ofLiteral(words[0]),
          Integer.parseInt(words[1]));
      return true;
    } catch (IOException e) {
      failed(e);
      return false;
    }
  }

  /// Resets the clients of an address that is let go.
  void resetOwn(InetAddress address) {
    if (!keeper.on().contains(address)) {
      return;
    }
    try {
      for (Pair pair : TcpSockets.open(Set.of(address), MOST)) {
        TcpSockets.reset(pair);
      }
    } catch (IOException e) {
      failed(e);
    }
  }

  private void failed(IOException e) {
    journal.record(LogLevel.WARN, "address.clients", "reason=\"%s\"".formatted(e.getMessage()));
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}

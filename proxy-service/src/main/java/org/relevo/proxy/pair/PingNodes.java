package org.relevo.proxy.pair;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.relevo.proxy.core.Place;

/// Whether places answer: with a port by TCP (a refusal is an answer), else by an ICMP echo where
/// this process may send one, by TCP port 7 where not.
///
/// Owner: its own thread; what others read is volatile.
final class PingNodes implements AutoCloseable {
  private final List<Node> nodes;
  private final int periodMs;
  private final int deadMs;
  private volatile boolean closed;

  /// @param answers whether it did lately
  record Status(String name, boolean answers) {}

  /// @param periodMs between two rounds, and limit of one
  /// @param deadMs silence after which a node does not count
  PingNodes(List<Place> places, int periodMs, int deadMs) {
    this.nodes = places.stream().map(Node::new).toList();
    this.periodMs = periodMs;
    this.deadMs = deadMs;
  }

  void start() {
    nodes.forEach(
        node -> Thread.ofVirtual().name("relevo-ping-" + node.place).start(() -> look(node)));
  }

  /// Whether more than half answer; true without any node.
  boolean seen() {
    long answering = nodes.stream().filter(this::answers).count();
    return nodes.isEmpty() || 2 * answering > nodes.size();
  }

  List<Status> status() {
    List<Status> all = new ArrayList<>();
    nodes.forEach(node -> all.add(new Status(node.place.toString(), answers(node))));
    return all;
  }

  private boolean answers(Node node) {
    return System.nanoTime() - node.answeredNs < PairTiming.ns(deadMs);
  }

  private void look(Node node) {
    while (!closed) {
      try {
        if (alive(node.place, periodMs)) {
          node.answeredNs = System.nanoTime();
        }
        Thread.sleep(periodMs);
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  /// Whether anything answers there.
  static boolean alive(Place place, int limitMs) {
    try {
      InetAddress address = InetAddress.getByName(place.host());
      if (place.port() == 0) {
        return address.isReachable(limitMs);
      }
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(address, place.port()), limitMs);
        return true;
      }
    } catch (ConnectException e) {
      // Its system says that nobody listens; the other reasons are this machine's own.
      return String.valueOf(e.getMessage()).contains("refused");
    } catch (IOException _) {
      return false;
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  private static final class Node {
    final Place place;
    volatile long answeredNs;

    /// At first it counts as seen, for as long as a silent one does.
    Node(Place place) {
      this.place = place;
      this.answeredNs = System.nanoTime();
    }
  }
}

package org.relevo.proxy.netlink;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Who has an address, asked of everybody on the network every 10 ms:
///
/// ```
/// AddressSampler INTERFACE ADDRESS
/// ```
///
/// Writes a line with the nanoseconds of the monotonic clock and the link-layer addresses of all
/// that answered one question, whenever they are others than before. A cut wire or a machine whose
/// programs stand still hides nobody: questions are broadcast, and kernels answer.
public final class AddressSampler {
  private static final long PERIOD_NS = 10_000_000;
  private static final long LATE_NS = 50_000_000;

  private AddressSampler() {}

  public static void main(String[] args) throws Exception {
    NetworkInterface device = NetworkInterface.getByName(args[0]);
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    byte[] mac = device.getHardwareAddress();
    InetAddress address = InetAddress.getByName(args[1]);
    try (PacketSocket socket = PacketSocket.open(device.getIndex(), mac, address)) {
      sample(socket, out);
    }
  }

  private static void sample(PacketSocket socket, PrintStream out) throws IOException {
    Set<String> before = Set.of("nothing yet");
    while (!out.checkError()) {
      long askedNs = System.nanoTime();
      // Who is late with an answer on a busy machine is waited for: that is no moment of nobody's.
      List<String> answers = socket.all(askedNs + PERIOD_NS);
      Set<String> now = new TreeSet<>(answers.isEmpty() ? socket.all(askedNs + LATE_NS) : answers);
      if (!now.equals(before)) {
        out.println(askedNs + " " + String.join(",", now));
        before = now;
      }
    }
  }
}

package org.relevo.proxy.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/// Time from starting a command to the first connection that is accepted and answered.
///
/// ```
/// StartMain TIMES PORT COMMAND…
/// ```
public final class StartMain {
  private static final byte[] SSL_REQUEST = {0, 0, 0, 8, 4, (byte) 210, 22, 47};
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);

  private StartMain() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    int times = Integer.parseInt(args[0]);
    int port = Integer.parseInt(args[1]);
    double[] seconds = new double[times];
    for (int i = 0; i < times; i++) {
      seconds[i] = once(port, Arrays.copyOfRange(args, 2, args.length));
    }
    Arrays.sort(seconds);
    System.out.printf(
        "start to first accepted connection: median %.3f s, fastest %.3f s, slowest %.3f s (%d)%n",
        Report.median(seconds).orElseThrow(), seconds[0], seconds[times - 1], times);
  }

  private static double once(int port, String... command) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    long start = System.nanoTime();
    Process process = builder.start();
    try {
      while (!answers(port)) {
        if (!process.isAlive() || System.nanoTime() - start > LIMIT_NANOS) {
          throw new IOException("the command does not listen on port " + port);
        }
        TimeUnit.MILLISECONDS.sleep(2);
      }
      return (System.nanoTime() - start) / 1e9;
    } finally {
      process.destroy();
      process.waitFor();
    }
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(SSL_REQUEST);
      return socket.getInputStream().read() >= 0;
    } catch (IOException _) {
      return false;
    }
  }
}

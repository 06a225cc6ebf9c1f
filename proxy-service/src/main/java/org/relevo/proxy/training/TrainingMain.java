package org.relevo.proxy.training;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// `TrainingMain FILE PROXY_PORT SECONDS`: is the server of a service, writes its port into the
/// file, and when the service answers is its clients for so long; exits with 1 when it never does.
public final class TrainingMain {
  private static final int CLIENTS = 32;
  private static final long START_NS = TimeUnit.SECONDS.toNanos(60);

  private TrainingMain() {}

  public static void main(String[] arguments) throws Exception {
    Path portFile = Path.of(arguments[0]);
    int proxyPort = Integer.parseInt(arguments[1]);
    long seconds = Long.parseLong(arguments[2]);
    try (AnsweringServer server = new AnsweringServer(0)) {
      Files.writeString(portFile, server.port() + "\n");
      TrafficClients clients = new TrafficClients(proxyPort, CLIENTS);
      if (!clients.answered(System.nanoTime() + START_NS)) {
        System.exit(1);
      }
      var _ = clients.run(System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds));
    }
  }
}

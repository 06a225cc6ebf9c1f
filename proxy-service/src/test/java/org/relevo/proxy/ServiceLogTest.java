package org.relevo.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.config.LogSettings;
import org.slf4j.Logger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
class ServiceLogTest {
  private static final String LINE = "service.tried number={} text=\"größer\"";

  @TempDir Path folder;
  private final LoggerContext context = new LoggerContext();
  private final AtomicLong nowMs = new AtomicLong(1_000_000);
  private final InstantSource clock = () -> Instant.ofEpochMilli(nowMs.get());
  private final Logger logger = context.getLogger("test");

  @BeforeEach
  void start() {
    context.setMDCAdapter(new LogbackMDCAdapter());
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  private Path file() {
    return folder.resolve("logs/relevo.log");
  }

  private LogSettings settings(boolean json, String prefix) {
    return new LogSettings(file(), json, prefix, 0, Duration.ZERO, Optional.empty());
  }

  @Test
  void aLineHasTimeLevelAndEvent() throws IOException {
    ServiceLog.of(context, settings(false, ""), clock);
    logger.warn(LINE, 7);
    assertThat(Files.readString(file()))
        .matches("20\\S+T\\S+Z WARN  service\\.tried number=7 text=\"größer\"\n");
  }

  @Test
  void aLineInJsonIsOneObject() throws IOException {
    ServiceLog.of(context, settings(true, "%m"), clock);
    logger.error(LINE, 1, new IllegalStateException("two\nlines"));
    JsonNode line = JsonMapper.builder().build().readTree(Files.readString(file()));
    assertThat(line.path("level").asString()).isEqualTo("ERROR");
    assertThat(line.path("formattedMessage").asString()).contains("number=1 text=\"größer\"");
    assertThat(line.path("timestamp").asLong()).isPositive();
    assertThat(line.path("throwable").path("message").asString()).isEqualTo("two\nlines");
    assertThat(Files.readAllLines(file())).hasSize(1);
  }

  @Test
  void aPrefixIsPutInFrontAsPostgresDoes() throws IOException {
    ServiceLog.of(context, settings(false, "%m: %a pid %p [%l] %u%%%q "), clock);
    logger.info(LINE, 1);
    logger.warn(LINE, 2);
    long pid = ProcessHandle.current().pid();
    String thread = java.util.regex.Pattern.quote(Thread.currentThread().getName());
    String time = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} \\S+: ";
    assertThat(Files.readString(file()))
        .matches(
            time
                + thread
                + " pid "
                + pid
                + " \\[1] \\[unknown]% LOG:  service\\.tried number=1 text=\"größer\"\n"
                + time
                + thread
                + " pid "
                + pid
                + " \\[2] \\[unknown]% WARNING:  service\\.tried number=2 text=\"größer\"\n");
  }

  /// As logrotate does: moves the file away, then sends SIGHUP.
  @Test
  void aFileThatWasMovedAwayIsOpenedAnew() throws IOException {
    ServiceLog log = ServiceLog.of(context, settings(false, ""), clock);
    logger.info("service.before");
    Files.move(file(), folder.resolve("moved"));
    logger.info("service.still-there");
    log.openAnew();
    logger.info("service.after");
    assertThat(folder.resolve("moved"))
        .content()
        .contains("service.before", "service.still-there")
        .doesNotContain("service.after");
    assertThat(file()).content().contains("service.after").doesNotContain("service.before");
  }

  @Test
  void noLineIsLostMeanwhile() throws Exception {
    ServiceLog log = ServiceLog.of(context, settings(false, ""), clock);
    Thread writer =
        Thread.ofVirtual()
            .start(() -> {
              for (int i = 0; i < 2000; i++) {
                logger.info(LINE, i);
              }
            });
    do {
      log.openAnew();
    } while (!writer.join(Duration.ofMillis(1)));
    assertThat(Files.readAllLines(file())).hasSize(2000);
  }

  @Test
  void whereItCannotBeOpenedAnewTheOldFileIsKept() throws IOException {
    ServiceLog log = ServiceLog.of(context, settings(false, ""), clock);
    Files.move(file(), folder.resolve("moved"));
    Files.createDirectory(file());
    log.openAnew();
    logger.info("service.after");
    assertThat(folder.resolve("moved")).content().contains("service.after");
  }

  @Test
  void itIsRotatedBySizeAgeAndOnDemandAndFiveAreKept() throws IOException {
    ServiceLog log =
        ServiceLog.of(
            context,
            new LogSettings(file(), false, "", 2000, Duration.ofHours(1), Optional.empty()),
            clock);
    Path first = folder.resolve("logs/relevo.log.1");
    nowMs.addAndGet(2000);
    for (int i = 0; i < 60; i++) {
      logger.info(LINE, i);
      nowMs.addAndGet(100); // it looks once a second
    }
    assertThat(first).exists();
    assertThat(Files.size(first)).isBetween(2000L, 5000L);
    logger.info("service.small");
    assertThat(first).content().doesNotContain("service.small");
    nowMs.addAndGet(Duration.ofHours(2).toMillis());
    logger.info("service.aged");
    assertThat(first).content().contains("service.small").doesNotContain("service.aged");
    for (int i = 0; i < 8; i++) {
      logger.info("service.demand n={}", i);
      log.rollOver();
    }
    assertThat(first).content().contains("n=7");
    try (var files = Files.list(folder.resolve("logs"))) {
      assertThat(files).hasSize(6);
    }
  }

  @Test
  void syslogIsToldInBothForms() throws Exception {
    try (DatagramSocket server = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      server.setSoTimeout(30_000);
      String address = "127.0.0.1:" + server.getLocalPort();
      ServiceLog.of(context, told(new LogSettings.Syslog(address, false, 16, "relevo")), clock);
      logger.warn("service.tried text=\"a\nb {}\"", "c".repeat(5000));
      String line = receive(server);
      assertThat(line)
          .matches("(?s)<132>1 20\\S+Z \\S+ relevo \\d+ log - service\\.tried text=\"a b c+")
          .hasSize(2048);
      logger.error("service.failed", new IOException("x\ny"));
      assertThat(receive(server))
          .startsWith("<131>1 ")
          .endsWith("service.failed failure=\"java.io.IOException: x y\"");
      context.reset();
      ServiceLog.of(context, told(new LogSettings.Syslog(address, true, 19, "pgpool")), clock);
      logger.info("service.tried");
      assertThat(receive(server))
          .matches(
              "<158>[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d \\S+ pgpool\\[\\d+]:"
                  + " service.tried");
    }
  }

  private LogSettings told(LogSettings.Syslog syslog) {
    return new LogSettings(file(), false, "", 0, Duration.ZERO, Optional.of(syslog));
  }

  private static String receive(DatagramSocket server) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[9000], 9000);
    server.receive(packet);
    return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
  }

  @Test
  void aPlaceThatCannotBeWrittenIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(
            () -> ServiceLog.of(context, LogSettings.usual(file.resolve("relevo.log")), clock))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("log_file " + file.resolve("relevo.log"));
  }
}

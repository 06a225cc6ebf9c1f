package org.relevo.proxy.alerts;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.relevo.jmx.contract.AlertInfo;

/// Mail through a relay that takes it without login, as the machine's own does. Fifty lines of SMTP
/// in place of a library.
record MailTarget(String host, int port, String from, List<String> to) implements AlertTarget {
  private static final int LIMIT_MS = 15_000;
  private static final int MOST_LINE = 1000;
  private static final int MOST_LINES = 100;

  MailTarget {
    to = List.copyOf(to);
  }

  @Override
  public String name() {
    return "mail";
  }

  @Override
  public void tell(AlertBook.Telling telling, Sender sender) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), LIMIT_MS);
      socket.setSoTimeout(LIMIT_MS);
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      Writer out = new java.io.OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8);
      expect(in, "220");
      say(out, in, "EHLO " + sender.host(), "250");
      say(out, in, "MAIL FROM:<" + from + ">", "250");
      for (String address : to) {
        say(out, in, "RCPT TO:<" + address + ">", "25");
      }
      say(out, in, "DATA", "354");
      say(out, in, message(telling, sender) + "\r\n.", "250");
      say(out, in, "QUIT", "221");
    }
  }

  private static void say(Writer out, BufferedReader in, String line, String wanted)
      throws IOException {
    out.write(line + "\r\n");
    out.flush();
    expect(in, wanted);
  }

  private static void expect(BufferedReader in, String wanted) throws IOException {
    String line;
    int lines = 0;
    do {
      if (lines++ == MOST_LINES) {
        throw new IOException("the mail server's answer has no end");
      }
      line = line(in);
    } while (line.length() > 3 && line.charAt(3) == '-');
    if (!line.startsWith(wanted)) {
      throw new IOException("the mail server says: " + line);
    }
  }

  /// A line without its end, of which no more is held than a mail server may send.
  private static String line(BufferedReader in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("the mail server has ended the conversation");
      }
      if (line.length() == MOST_LINE) {
        throw new IOException("the mail server says more than %d letters".formatted(MOST_LINE));
      }
      line.append((char) next);
    }
    return line.toString().stripTrailing();
  }

  private String message(AlertBook.Telling telling, Sender sender) {
    AlertInfo alert = telling.alert();
    String subject =
        "[%s] %s: %s %s"
            .formatted(
                sender.cluster(),
                telling.change().name().toLowerCase(Locale.ROOT),
                alert.rule(),
                alert.subject());
    return String.join(
        "\r\n",
        "From: " + from,
        "To: " + String.join(", ", to),
        "Subject: " + line(subject),
        "Date: "
            + DateTimeFormatter.RFC_1123_DATE_TIME.format(Instant.now().atOffset(ZoneOffset.UTC)),
        "Content-Type: text/plain; charset=utf-8",
        "Auto-Submitted: auto-generated",
        "",
        line(alert.text()),
        "",
        "Severity: " + alert.severity(),
        "Since: " + Instant.ofEpochMilli(alert.sinceEpochMs()),
        "Service: " + line(sender.proxy()) + " on " + sender.host());
  }

  /// One line, so that no text can add a header or end the mail.
  private static String line(String text) {
    String plain = text.replaceAll("[\\p{Cntrl}]+", " ");
    return plain.startsWith(".") ? "." + plain : plain;
  }
}

package org.relevo.proxy.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Reads the section `Management`.
///
/// Owner: the thread that reads the configuration.
final class ManagementReader {
  private final SettingValues values;

  ManagementReader(SettingValues values) {
    this.values = values;
  }

  ProxyConfig.Management read() {
    return new ProxyConfig.Management(
        values.addresses("jmx_listen_addresses"),
        values.integer("jmx_port"),
        values.paths("jmx_peers"),
        pcp(),
        http(),
        alerts());
  }

  private PcpSettings pcp() {
    return new PcpSettings(
        values.addresses("pcp_listen_addresses"),
        values.integer("pcp_port"),
        values.isSet("pcp_port"),
        values.paths("pcp_socket_dir"),
        values.pathOrDefault("pcp_file"),
        values.choice(Version.class, "pcp_protocol_version").toString());
  }

  private HttpSettings http() {
    Optional<Path> certificate = values.path("http_cert");
    Optional<Path> key = values.path("http_key");
    if (certificate.isPresent() != key.isPresent()) {
      values.problem(
          "http_cert", "certificate and key belong together: set http_cert and http_key");
    }
    return new HttpSettings(
        values.bool("http"),
        values.addresses("http_listen_addresses"),
        values.integer("http_port"),
        values.isSet("http_port"),
        certificate,
        key,
        values.path("http_user_file"));
  }

  private AlertSettings alerts() {
    Optional<String> mail = text("alert_mail_server");
    List<String> to = values.names("alert_mail_to");
    if (mail.isPresent() && to.isEmpty()) {
      values.problem("alert_mail_server", "nobody gets the mails; set alert_mail_to");
    }
    for (String address : to) {
      if (!address.matches("[^\\s<>]+@[^\\s<>]+")) {
        values.problem("alert_mail_to", "'" + address + "' is no address of mail");
      }
    }
    return new AlertSettings(
        values.size("alert_lag"),
        values.integer("alert_waiting_clients", "alert_waiting_clients"),
        values.duration("alert_repeat"),
        text("alert_syslog"),
        values.choice(Format.class, "alert_syslog_format") == Format.RFC3164,
        values.choice(Facility.class, "syslog_facility").code(),
        text("alert_command"),
        values.duration("alert_command_timeout"),
        mail,
        values.text("alert_mail_from"),
        to,
        webhook());
  }

  private Optional<String> text(String name) {
    return Optional.of(values.text(name)).filter(text -> !text.isEmpty());
  }

  private Optional<URI> webhook() {
    Optional<String> text = text("alert_webhook");
    try {
      Optional<URI> address = text.map(URI::create);
      if (address.isEmpty() || String.valueOf(address.get().getScheme()).matches("https?")) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      values.problem("alert_webhook", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
    values.problem("alert_webhook", "is no address that begins with http:// or https://");
    return Optional.empty();
  }

  private enum Format {
    RFC5424,
    RFC3164
  }

  private enum Facility {
    USER(1),
    DAEMON(3),
    LOCAL0(16),
    LOCAL1(17),
    LOCAL2(18),
    LOCAL3(19),
    LOCAL4(20),
    LOCAL5(21),
    LOCAL6(22),
    LOCAL7(23);

    private final int code;

    Facility(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }
  }

  private enum Version {
    V4_3("4.3"),
    V4_4("4.4"),
    V4_5("4.5"),
    V4_6("4.6"),
    V4_7("4.7");

    private final String text;

    Version(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }
}

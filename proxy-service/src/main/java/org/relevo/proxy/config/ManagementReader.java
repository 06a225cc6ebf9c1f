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
        pair("jmx_cert", "jmx_key"),
        pcp(),
        http(),
        alerts());
  }

  private Optional<ProxyConfig.KeyPair> pair(String certificate, String key) {
    Optional<Path> first = values.path(certificate);
    Optional<Path> second = values.path(key);
    if (first.isPresent() != second.isPresent()) {
      values.problem(
          certificate,
          "certificate and key belong together: set %s and %s".formatted(certificate, key));
    }
    return first.flatMap(file -> second.map(other -> new ProxyConfig.KeyPair(file, other)));
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
    Optional<ProxyConfig.KeyPair> pair = pair("http_cert", "http_key");
    return new HttpSettings(
        values.bool("http"),
        values.addresses("http_listen_addresses"),
        values.integer("http_port"),
        values.isSet("http_port"),
        pair.map(ProxyConfig.KeyPair::certificate),
        pair.map(ProxyConfig.KeyPair::key),
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
        values.choice(SyslogFormat.class, "alert_syslog_format") == SyslogFormat.RFC3164,
        values.choice(SyslogFacility.class, "syslog_facility").code(),
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

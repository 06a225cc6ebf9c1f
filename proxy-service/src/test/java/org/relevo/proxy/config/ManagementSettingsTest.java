package org.relevo.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManagementSettingsTest {
  /// Settings that are looked at here.
  static final Pattern TESTED =
      Pattern.compile(
          "(pcp|http|alert|syslog)(_.*)?|jmx_(cert|key)|work_dir"
              + "|log_(line_prefix|rotation_.*|destination|syslog.*)");

  @TempDir Path folder;

  private ProxyConfig.Management load(String text) throws Exception {
    Path file = folder.resolve("relevo.conf");
    Files.writeString(file, "backend_hostname0 = 'db1'\n" + text);
    return ProxyConfig.load(file).management();
  }

  @Test
  void defaults() throws Exception {
    ProxyConfig.Management defaults = load("");
    assertThat(defaults.pcp())
        .isEqualTo(
            new PcpSettings(
                List.of("localhost"), 9898, false, List.of(), folder.resolve("pcp.conf"), "4.7"));
    assertThat(defaults.http())
        .isEqualTo(
            new HttpSettings(
                true,
                List.of("localhost"),
                9901,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
  }

  private ProxyConfig.Service service(String text) throws Exception {
    Path file = folder.resolve("relevo.conf");
    Files.writeString(file, "backend_hostname0 = 'db1'\ndata_directory = 'state'\n" + text);
    return ProxyConfig.load(file).service();
  }

  @Test
  void everyLogSettingArrives() throws Exception {
    Path data = folder.resolve("state");
    assertThat(service("").log()).isEqualTo(LogSettings.usual(data.resolve("relevo.log")));
    assertThat(service("").workDirectory()).isEqualTo(data);
    ProxyConfig.Service set =
        service(
            """
            work_dir = 'work'
            log_line_prefix = '%m [%p] '
            log_rotation_size = 10240
            log_rotation_age = 1440
            log_destination = 'stderr, syslog'
            log_syslog = 'logs.example:1514'
            log_syslog_format = 'rfc3164'
            syslog_facility = 'LOCAL2'
            syslog_ident = 'pgpool'
            """);
    assertThat(set.workDirectory()).isEqualTo(folder.resolve("work"));
    assertThat(set.log())
        .isEqualTo(
            new LogSettings(
                data.resolve("relevo.log"),
                false,
                "%m [%p] ",
                10L << 20, // a plain number is in kB, as pgpool-II has it
                Duration.ofDays(1),
                Optional.of(new LogSettings.Syslog("logs.example:1514", true, 18, "pgpool"))));
    assertThat(service("log_rotation_size = '1MB'\n").log().rotationBytes()).isEqualTo(1L << 20);
    assertThatThrownBy(() -> service("log_destination = 'printer'\n"))
        .hasMessageContaining("log_destination");
    for (String wrong : List.of("logs", "logs:0", "logs:99999")) {
      assertThatThrownBy(() -> service("log_destination = syslog\nlog_syslog = '" + wrong + "'\n"))
          .hasMessageContaining("log_syslog");
    }
  }

  @Test
  void theManagementCertificateNeedsItsKey() throws Exception {
    assertThat(load("").certificate()).isEmpty();
    assertThat(load("jmx_cert = 'a.crt'\njmx_key = 'a.key'\n").certificate())
        .contains(new ProxyConfig.KeyPair(folder.resolve("a.crt"), folder.resolve("a.key")));
    assertThatThrownBy(() -> load("jmx_cert = 'a.crt'\n")).hasMessageContaining("jmx_key");
  }

  @Test
  void everyAlertSettingArrives() throws Exception {
    assertThat(load("").alerts())
        .isEqualTo(
            new AlertSettings(
                256L * 1024 * 1024,
                50,
                Duration.ofHours(1),
                Optional.empty(),
                false,
                16,
                Optional.empty(),
                Duration.ofSeconds(10),
                Optional.empty(),
                "relevo@localhost",
                List.of(),
                Optional.empty()));
    assertThat(
            load("""
            alert_lag = 1MB
            alert_waiting_clients = 3
            alert_repeat = 5min
            alert_syslog = 'log:514'
            alert_syslog_format = 'rfc3164'
            syslog_facility = 'LOCAL3'
            alert_command = 'page'
            alert_command_timeout = 4
            alert_mail_server = 'mx:25'
            alert_mail_from = 'me@x'
            alert_mail_to = 'a@x, b@x'
            alert_webhook = 'https://hook/x'
            """)
                .alerts())
        .isEqualTo(
            new AlertSettings(
                1024 * 1024,
                3,
                Duration.ofMinutes(5),
                Optional.of("log:514"),
                true,
                19,
                Optional.of("page"),
                Duration.ofSeconds(4),
                Optional.of("mx:25"),
                "me@x",
                List.of("a@x", "b@x"),
                Optional.of(URI.create("https://hook/x"))));
    for (String wrong :
        List.of("alert_webhook = 'ftp://x'", "alert_mail_server = 'mx'", "alert_mail_to = 'a b'")) {
      assertThatThrownBy(() -> load(wrong + "\n")).isInstanceOf(ConfigException.class);
    }
  }

  @Test
  void everySettingArrives() throws Exception {
    ProxyConfig.Management set =
        load(
            """
            pcp_listen_addresses = '*'
            pcp_port = 9798
            pcp_socket_dir = '/run'
            pcp_file = 'users'
            pcp_protocol_version = '4.3'
            http = off
            http_listen_addresses = '::1'
            http_port = 9001
            http_cert = 'c.pem'
            http_key = 'k.pem'
            http_user_file = 'u'
            """);
    assertThat(set.pcp())
        .isEqualTo(
            new PcpSettings(
                List.of("*"),
                9798,
                true,
                List.of(Path.of("/run")),
                folder.resolve("users"),
                "4.3"));
    assertThat(set.http())
        .isEqualTo(
            new HttpSettings(
                false,
                List.of("::1"),
                9001,
                true,
                Optional.of(folder.resolve("c.pem")),
                Optional.of(folder.resolve("k.pem")),
                Optional.of(folder.resolve("u"))));
    assertThatThrownBy(() -> load("http_cert = 'c.pem'\n")).isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> load("pcp_protocol_version = '3.0'\n"))
        .isInstanceOf(ConfigException.class);
  }
}

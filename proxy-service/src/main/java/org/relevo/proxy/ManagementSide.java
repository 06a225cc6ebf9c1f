package org.relevo.proxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.relevo.jmx.contract.ControlMXBean;
import org.relevo.jmx.contract.PoolMXBean;
import org.relevo.proxy.alerts.AlertWatch;
import org.relevo.proxy.alerts.Situation;
import org.relevo.proxy.config.HttpSettings;
import org.relevo.proxy.config.PcpSettings;
import org.relevo.proxy.config.ProxyConfig;
import org.relevo.proxy.config.Reload;
import org.relevo.proxy.coordinator.Coordinator;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.CloseStack;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.http.Checks;
import org.relevo.proxy.http.HttpServer;
import org.relevo.proxy.http.Metrics;
import org.relevo.proxy.mbean.ControlBeans;
import org.relevo.proxy.net.ManagementPort;
import org.relevo.proxy.net.ProxyServer;
import org.relevo.proxy.pcp.PcpServer;
import org.relevo.proxy.pcp.PcpVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens the ports of the management protocols beside JMX.
final class ManagementSide {
  private static final Logger LOG = LoggerFactory.getLogger(ManagementSide.class);

  private ManagementSide() {}

  /// @throws IOException when a port that was asked for cannot be had
  static Optional<PcpServer> pcp(CloseStack parts, Reload reload, ProxyServer server, PcpDesk desk)
      throws IOException {
    PcpSettings settings = reload.current().management().pcp();
    if (!Files.exists(settings.userFile())) {
      LOG.info("pcp.off file={} reason=\"there is no such file\"", settings.userFile());
      return Optional.empty();
    }
    return opened(
        settings.required(),
        "pcp",
        () ->
            parts.add(
                "PCP",
                PcpServer.start(
                    new ManagementPort.Place(
                        "pcp",
                        settings.listenAddresses(),
                        settings.port(),
                        settings.socketDirectories()),
                    settings.userFile(),
                    () -> PcpVersion.of(reload.current().management().pcp().version()),
                    server.console(),
                    desk)));
  }

  /// @throws IOException when a port that was asked for cannot be had
  static Optional<HttpServer> http(
      CloseStack parts, HttpSettings settings, Supplier<Metrics> figures, Checks checks)
      throws IOException {
    if (!settings.enabled()) {
      return Optional.empty();
    }
    return opened(
        settings.required(),
        "http",
        () ->
            parts.add(
                "HTTP",
                HttpServer.start(
                    new ManagementPort.Place(
                        "http", settings.listenAddresses(), settings.port(), List.of()),
                    settings.certificate(),
                    settings.key(),
                    settings.userFile(),
                    figures,
                    checks)));
  }

  /// Begins to look for what a person should know of.
  static AlertWatch alerts(
      CloseStack parts,
      Reload reload,
      Coordinator coordinator,
      Optional<ControlMXBean> control,
      ProxyServer server,
      Supplier<String> caller) {
    PoolMXBean pool = server.poolBean(caller);
    ProxyConfig config = reload.current();
    AlertWatch watch =
        parts.add(
            "alerts",
            AlertWatch.start(
                config.management().alerts(),
                config.service().clusterName(),
                config.service().proxyId(),
                hostName(),
                () -> situation(coordinator, control, server, pool),
                coordinator.journal()::record,
                caller));
    reload.add("alerts", next -> () -> watch.apply(next.management().alerts()));
    return watch;
  }

  /// As logs name this machine.
  static String hostName() {
    try {
      String name = Files.readString(Path.of("/etc/hostname")).strip();
      return name.isEmpty() ? "localhost" : name;
    } catch (IOException _) {
      return "localhost"; // not every system has the file; the name is only a label
    }
  }

  private static Situation situation(
      Coordinator coordinator,
      Optional<ControlMXBean> control,
      ProxyServer server,
      PoolMXBean pool) {
    ClusterView view = coordinator.views().current();
    return new Situation(
        System.currentTimeMillis(),
        view.primary().map(BackendId::value).orElse(-1),
        server.gate().state().holder().isPresent(),
        ControlBeans.nodes(coordinator),
        pool.getInfo(),
        control.map(ControlMXBean::getStatus));
  }

  private interface Opening<T> {
    T open() throws IOException;
  }

  /// A port that nobody has named must not keep clients from their data.
  private static <T> Optional<T> opened(boolean required, String name, Opening<T> opening)
      throws IOException {
    try {
      return Optional.of(opening.open());
    } catch (IOException e) {
      if (required) {
        throw e;
      }
      LOG.warn("management.off protocol={} reason=\"{}\"", name, e.getMessage());
      return Optional.empty();
    }
  }
}

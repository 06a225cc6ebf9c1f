package org.relevo.proxy.lab;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.ServiceGroup;
import org.relevo.proxy.testkit.LabServer;

/// The service address of a lab, and what a person can see and ask of it.
final class LabAddress {
  /// Of the network's addresses.
  static final String LAST = "100";

  static final String SIX = "fdd5::100";

  private LabAddress() {}

  /// A cluster of two machines, and perhaps a witness, with a service address of both kinds.
  static LabPlan plan(boolean witness) {
    return on(LabPlan.of(2, witness));
  }

  /// The same cluster with a service address of both kinds.
  static LabPlan on(LabPlan plan) {
    return plan.with("listen_addresses", "*")
        .with("service_addresses", "{net}" + LAST + ", " + SIX + "@eth0")
        .with("min_failover_interval", "1s")
        .with("max_failover_interval", "1s");
  }

  static List<ServiceGroup> groups(LabMember at) throws IOException {
    try (JmxConnection console = at.console()) {
      return console.serviceAddress().getGroups();
    }
  }

  static void move(LabMember at, String to) throws IOException {
    try (JmxConnection console = at.console()) {
      console.serviceAddress().move("service", to, "a test");
    }
  }

  /// A client of the service address.
  static Connection connect(LabNetwork network) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", LabServer.USER);
    properties.setProperty("password", LabServer.PASSWORD);
    properties.setProperty("connectTimeout", "1");
    properties.setProperty("loginTimeout", "2");
    properties.setProperty("socketTimeout", "60");
    properties.setProperty("sslmode", "disable");
    return DriverManager.getConnection(
        "jdbc:postgresql://%s%s:%d/postgres".formatted(network.net(), LAST, LabMember.PORT),
        properties);
  }

  /// The first value of an answer by way of the service address.
  static String ask(LabNetwork network, String sql) throws SQLException {
    try (Connection connection = connect(network);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      return result.next() ? String.valueOf(result.getString(1)) : "";
    }
  }

  /// What `psql` says by way of the service address.
  ///
  /// @throws IOException with its words when it fails
  static String psql(LabNetwork network, String sql) throws IOException {
    return Shell.run(
            "env",
            "PGPASSWORD=" + LabServer.PASSWORD,
            "psql",
            "-X",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            sql,
            "host=%s%s port=%d user=%s dbname=postgres connect_timeout=2 sslmode=disable"
                .formatted(network.net(), LAST, LabMember.PORT, LabServer.USER))
        .strip();
  }

  /// The other of the two machines with servers.
  static LabMember other(ClusterLab lab, LabMember one) {
    return lab.nodesBut(one).getFirst();
  }

  /// Waits until this machine has it, and no other.
  static void awaitAt(ClusterLab lab, AddressWatch watch, LabMember machine) {
    Patience.until(
        ClusterLab.SETTLED,
        () -> "%s has it not: %s; %s".formatted(machine, watch.told(), lab.told()),
        () -> watch.now().equals(Set.of(machine.name)));
  }

  /// The only machine that has it, once there is one.
  static LabMember holder(ClusterLab lab, AddressWatch watch) {
    AtomicReference<String> seen = new AtomicReference<>("");
    Patience.until(
        ClusterLab.SETTLED,
        () -> "the address is at %s; %s".formatted(watch.now(), lab.told()),
        () -> {
          List<String> now = List.copyOf(watch.now()); // it changes while it is looked at
          seen.set(now.size() == 1 ? now.getFirst() : "");
          return now.size() == 1;
        });
    return lab.member(seen.get());
  }
}

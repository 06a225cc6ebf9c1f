package org.relevo.jmx.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.management.Attribute;
import javax.management.MBeanServer;
import javax.management.MBeanServerConnection;
import javax.management.NotificationListener;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.OpenType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.client.Endpoint;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.client.Login;
import org.relevo.jmx.client.RemoteCall;
import org.relevo.jmx.client.RoleDeniedException;
import org.relevo.jmx.client.Trust;
import org.relevo.jmx.contract.ObjectNames;
import org.relevo.jmx.contract.RequiresRole;
import org.relevo.jmx.contract.Role;
import org.relevo.jmx.testkit.FakeService;
import org.relevo.jmx.testkit.OpenSamples;

/// Every operation of the contract, and the MBean server's own calls, with each role.
@Timeout(120)
class RoleMatrixTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir static Path data;
  private static MBeanServer mbeans;
  private static FakeService service;
  private static JmxConnector connector;
  private static final Map<Role, JmxConnection> CONNECTIONS = new EnumMap<>(Role.class);

  /// Has an operation without annotation and a settable attribute.
  public interface PlainMXBean {
    int getSize();

    void setSize(int size);

    void wipe();
  }

  public static final class Plain implements PlainMXBean {
    private int size;

    @Override
    public int getSize() {
      return size;
    }

    @Override
    public void setSize(int size) {
      this.size = size;
    }

    @Override
    public void wipe() {
      size = 0;
    }
  }

  @BeforeAll
  static void start() throws Exception {
    mbeans = ManagementFactory.getPlatformMBeanServer();
    service = new FakeService(mbeans);
    mbeans.registerMBean(new Plain(), plain());
    connector =
        JmxConnector.start(mbeans, JmxConnectorSettings.loopback(FakeService.freePort(), data));
    for (Role role : Role.values()) {
      String user = role.name().toLowerCase(java.util.Locale.ROOT);
      CONNECTIONS.put(
          role,
          JmxConnection.open(
              Endpoint.direct(
                  "127.0.0.1", connector.port(), Trust.pem(connector.certificateFile())),
              new Login(user, Files.readString(data.resolve("jmx/" + user + ".password")).strip()),
              LIMIT));
    }
  }

  @AfterAll
  static void stop() throws Exception {
    CONNECTIONS.values().forEach(JmxConnection::close);
    connector.close();
    for (ObjectName name : FakeService.BEANS.keySet()) {
      mbeans.unregisterMBean(name);
    }
    mbeans.unregisterMBean(plain());
  }

  private static ObjectName plain() throws Exception {
    return new ObjectName("org.relevo.test:type=Plain");
  }

  private static <T> T as(Role role, RemoteCall<T> call) {
    return CONNECTIONS.get(role).call("a test call", LIMIT, call);
  }

  private static void deniedBelow(Role needed, RemoteCall<?> call) {
    for (Role role : Role.values()) {
      Throwable thrown = catchThrowable(() -> as(role, call));
      if (role.includes(needed)) {
        assertThat(thrown).as("%s", role).isNull();
      } else {
        assertThat(thrown).as("%s", role).isInstanceOf(RoleDeniedException.class);
      }
    }
  }

  @Test
  void everyOperationOfTheContractNeedsItsRole() {
    Map<String, Role> operations = new LinkedHashMap<>();
    FakeService.BEANS.forEach((name, contract) -> {
      for (Method method : contract.getMethods()) {
        if (!method.getName().matches("(get|is)[A-Z].*")) {
          RequiresRole annotation = method.getAnnotation(RequiresRole.class);
          Role needed = annotation == null ? Role.ADMIN : annotation.value();
          operations.put(name.getKeyProperty("type") + "." + method.getName(), needed);
          service.called.clear();
          deniedBelow(needed, server -> invoke(server, name, method));
          // What was denied did not run.
          assertThat(service.called).as("%s", method).hasSize(rolesThatInclude(needed));
        }
      }
    });
    assertThat(operations)
        .hasSizeGreaterThan(15)
        .containsEntry("Failover.planSwitchover", Role.MONITOR)
        .containsEntry("Failover.startSwitchover", Role.OPERATOR)
        .containsEntry("Gate.hold", Role.OPERATOR)
        .containsEntry("Benchmark.init", Role.OPERATOR)
        .containsEntry("Logs.tail", Role.MONITOR);
  }

  private static int rolesThatInclude(Role needed) {
    return (int) Stream.of(Role.values()).filter(role -> role.includes(needed)).count();
  }

  private static Object invoke(MBeanServerConnection server, ObjectName name, Method method)
      throws IOException, javax.management.JMException {
    Class<?>[] types = method.getParameterTypes();
    Object[] values = new Object[types.length];
    String[] signature = new String[types.length];
    for (int i = 0; i < types.length; i++) {
      if (types[i].isEnum()) { // goes by its name
        signature[i] = String.class.getName();
        values[i] = types[i].getEnumConstants()[0].toString();
        continue;
      }
      if (types[i].isRecord()) { // goes as its fields
        signature[i] = CompositeData.class.getName();
        values[i] = OpenSamples.of(openType(server, name, method, i));
        continue;
      }
      signature[i] = types[i].getName();
      values[i] =
          switch (types[i].getName()) {
            case "java.lang.String" -> "x";
            case "int" -> 1;
            case "boolean" -> true;
            default -> 1L;
          };
    }
    return server.invoke(name, method.getName(), values, signature);
  }

  private static OpenType<?> openType(
      MBeanServerConnection server, ObjectName name, Method method, int parameter)
      throws IOException, javax.management.JMException {
    return Stream.of(server.getMBeanInfo(name).getOperations())
        .filter(each ->
            each.getName().equals(method.getName())
                && each.getSignature().length == method.getParameterCount())
        .map(each ->
            (OpenType<?>) each.getSignature()[parameter].getDescriptor().getFieldValue("openType"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everyAttributeIsReadableByAll() {
    for (ObjectName name : FakeService.BEANS.keySet()) {
      deniedBelow(
          Role.MONITOR,
          server -> {
            for (var attribute : server.getMBeanInfo(name).getAttributes()) {
              assertThat(server.getAttribute(name, attribute.getName())).isNotNull();
            }
            return true;
          });
    }
  }

  /// JConsole and VisualVM ask for them each second.
  @Test
  void threadsAreSeenByAllAndChangedByAnAdministrator() throws Exception {
    ObjectName threads = new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME);
    deniedBelow(
        Role.MONITOR, server -> server.invoke(threads, "findDeadlockedThreads", null, null));
    deniedBelow(Role.ADMIN, server -> server.invoke(threads, "resetPeakThreadCount", null, null));
  }

  @Test
  void anOperationWithoutAnnotationNeedsAnAdministrator() throws Exception {
    ObjectName name = plain();
    deniedBelow(Role.ADMIN, server -> server.invoke(name, "wipe", null, null));
  }

  @Test
  void settingCreatingAndUnregisteringNeedAnAdministrator() throws Exception {
    ObjectName name = plain();
    deniedBelow(
        Role.ADMIN,
        server -> {
          server.setAttribute(name, new Attribute("Size", 3));
          return true;
        });
    deniedBelow(
        Role.ADMIN,
        server -> {
          ObjectName timer = new ObjectName("org.relevo.test:type=Timer");
          server.createMBean("javax.management.timer.Timer", timer);
          server.unregisterMBean(timer);
          return true;
        });
    deniedBelow(
        Role.ADMIN,
        server -> {
          server.addNotificationListener(ObjectNames.CLUSTER, name, null, null);
          return true;
        },
        "must be a NotificationListener");
  }

  /// As above, for a call that the server refuses for another reason once it is allowed.
  private static void deniedBelow(Role needed, RemoteCall<?> call, String otherwise) {
    for (Role role : Role.values()) {
      Throwable thrown = catchThrowable(() -> as(role, call));
      if (role.includes(needed)) {
        assertThat(thrown).isNotInstanceOf(RoleDeniedException.class);
        assertThat(thrown).as(otherwise).isNotNull();
      } else {
        assertThat(thrown).isInstanceOf(RoleDeniedException.class);
      }
    }
  }

  @Test
  void listeningIsForAll() {
    deniedBelow(
        Role.MONITOR,
        server -> {
          NotificationListener listener = (_, _) -> {};
          server.addNotificationListener(ObjectNames.CLUSTER, listener, null, null);
          try {
            server.removeNotificationListener(ObjectNames.CLUSTER, listener);
          } catch (javax.management.ListenerNotFoundException e) {
            throw new IllegalStateException(e);
          }
          return true;
        });
  }

  @Test
  void thePlatformIsReadableButItsOperationsAreForAdministrators() {
    deniedBelow(
        Role.MONITOR,
        server -> server.getAttribute(new ObjectName("java.lang:type=Memory"), "HeapMemoryUsage"));
    deniedBelow(
        Role.ADMIN,
        server -> server.invoke(new ObjectName("java.lang:type=Memory"), "gc", null, null));
    deniedBelow(
        Role.ADMIN,
        server ->
            server.invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "vmVersion",
                new Object[0],
                new String[0]));
  }

  /// Counts how often it is read from a stream.
  static final class Gadget implements Serializable {
    private static final long serialVersionUID = 1L;
    static final AtomicInteger READ = new AtomicInteger();

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      READ.incrementAndGet();
    }
  }

  @Test
  void aClassThatIsNotPartOfManagementIsNotEvenRead() {
    assertThatThrownBy(() ->
            as(
                Role.ADMIN,
                server ->
                    server.invoke(
                        ObjectNames.FAILOVER,
                        "abort",
                        new Object[] {new Gadget()},
                        new String[] {"java.lang.String"})))
        .hasStackTraceContaining("REJECTED");
    assertThatThrownBy(() ->
            as(
                Role.ADMIN,
                server -> {
                  server.setAttribute(
                      plainUnchecked(), new Attribute("Size", List.of(new Gadget())));
                  return true;
                }))
        .hasStackTraceContaining("REJECTED");
    assertThat(Gadget.READ).hasValue(0);
    // The connection is still good.
    assertThat(CONNECTIONS.get(Role.ADMIN).cluster().getStatus()).isNotNull();
  }

  private static ObjectName plainUnchecked() {
    try {
      return plain();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}

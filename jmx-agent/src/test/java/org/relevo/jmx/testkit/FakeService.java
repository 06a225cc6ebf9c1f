package org.relevo.jmx.testkit;

import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.management.MBeanNotificationInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.Notification;
import javax.management.NotificationBroadcasterSupport;
import javax.management.ObjectName;
import javax.management.StandardEmitterMBean;
import org.relevo.jmx.contract.AdvisorMXBean;
import org.relevo.jmx.contract.AlertsMXBean;
import org.relevo.jmx.contract.BenchmarkMXBean;
import org.relevo.jmx.contract.CacheMXBean;
import org.relevo.jmx.contract.CatalogMXBean;
import org.relevo.jmx.contract.ClusterMXBean;
import org.relevo.jmx.contract.ConfigMXBean;
import org.relevo.jmx.contract.ConsistencyMXBean;
import org.relevo.jmx.contract.ContentsMXBean;
import org.relevo.jmx.contract.ControlMXBean;
import org.relevo.jmx.contract.EventRecord;
import org.relevo.jmx.contract.FailoverMXBean;
import org.relevo.jmx.contract.GateMXBean;
import org.relevo.jmx.contract.HostMXBean;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.contract.LogsMXBean;
import org.relevo.jmx.contract.NodeMXBean;
import org.relevo.jmx.contract.ObjectNames;
import org.relevo.jmx.contract.PoolMXBean;
import org.relevo.jmx.contract.PositionsMXBean;
import org.relevo.jmx.contract.PostgresMXBean;
import org.relevo.jmx.contract.ProcessesMXBean;
import org.relevo.jmx.contract.RecoveryMXBean;
import org.relevo.jmx.contract.RoutingMXBean;
import org.relevo.jmx.contract.SeriesMXBean;
import org.relevo.jmx.contract.ServiceAddressMXBean;
import org.relevo.jmx.contract.SessionsMXBean;
import org.relevo.jmx.contract.StatementsMXBean;
import org.relevo.jmx.pgctl.NewCluster;

/// Every MXBean of the contract in an MBean server of its own. Each method answers a value of its
/// type filled with one element per list, unless an answer was set for it.
public final class FakeService {
  /// Answer of one method.
  @FunctionalInterface
  public interface Answer {
    Object to(Object[] arguments) throws Exception;
  }

  public static final Map<ObjectName, Class<?>> BEANS = beans();

  public final MBeanServer mbeans;
  public final List<String> called = new CopyOnWriteArrayList<>();
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final List<EventRecord> events = new CopyOnWriteArrayList<>();
  private final NotificationBroadcasterSupport broadcaster = new NotificationBroadcasterSupport();

  public FakeService() {
    this(MBeanServerFactory.newMBeanServer());
  }

  public FakeService(MBeanServer mbeans) {
    this.mbeans = mbeans;
    BEANS.forEach(this::register);
    answer("eventsSince", given -> eventsAfter((long) given[0]));
  }

  private static Map<ObjectName, Class<?>> beans() {
    Map<ObjectName, Class<?>> beans = new LinkedHashMap<>();
    beans.put(ObjectNames.ALERTS, AlertsMXBean.class);
    beans.put(ObjectNames.CLUSTER, ClusterMXBean.class);
    beans.put(ObjectNames.CATALOG, CatalogMXBean.class);
    beans.put(ObjectNames.CONFIG, ConfigMXBean.class);
    beans.put(ObjectNames.POOL, PoolMXBean.class);
    beans.put(ObjectNames.HOST, HostMXBean.class);
    beans.put(ObjectNames.CONSISTENCY, ConsistencyMXBean.class);
    beans.put(ObjectNames.CONTENTS, ContentsMXBean.class);
    beans.put(ObjectNames.CONTROL, ControlMXBean.class);
    beans.put(ObjectNames.FAILOVER, FailoverMXBean.class);
    beans.put(ObjectNames.GATE, GateMXBean.class);
    beans.put(ObjectNames.RECOVERY, RecoveryMXBean.class);
    beans.put(ObjectNames.POSITIONS, PositionsMXBean.class);
    beans.put(ObjectNames.ROUTING, RoutingMXBean.class);
    beans.put(ObjectNames.SERVICE_ADDRESS, ServiceAddressMXBean.class);
    beans.put(ObjectNames.STATEMENTS, StatementsMXBean.class);
    beans.put(ObjectNames.LOGS, LogsMXBean.class);
    beans.put(ObjectNames.BENCHMARK, BenchmarkMXBean.class);
    beans.put(ObjectNames.node(0), NodeMXBean.class);
    beans.put(ObjectNames.postgres(0), PostgresMXBean.class);
    beans.put(ObjectNames.postgresSeries(0), SeriesMXBean.class);
    beans.put(ObjectNames.HOST_SERIES, SeriesMXBean.class);
    beans.put(ObjectNames.sessions(0), SessionsMXBean.class);
    beans.put(ObjectNames.cache(0), CacheMXBean.class);
    beans.put(ObjectNames.PROCESSES, ProcessesMXBean.class);
    beans.put(ObjectNames.ADVISOR, AdvisorMXBean.class);
    return beans;
  }

  public void answer(String method, Answer answer) {
    answers.put(method, answer);
  }

  public void answer(String method, Object value) {
    answers.put(method, _ -> value);
  }

  public void forget(String method) {
    answers.remove(method);
  }

  /// Keeps the event and tells listeners.
  public void emit(long sequence, String name, String text) {
    events.add(new EventRecord(sequence, 1_000 + sequence, LogLevel.INFO, name, text));
    broadcaster.sendNotification(
        new Notification("org.relevo." + name, ObjectNames.CLUSTER, sequence, text));
  }

  private List<EventRecord> eventsAfter(long sequence) {
    return events.stream().filter(event -> event.sequence() > sequence).limit(1000).toList();
  }

  private <T> void register(ObjectName name, Class<T> type) {
    try {
      T bean =
          type.cast(
              Proxy.newProxyInstance(
                  type.getClassLoader(),
                  new Class<?>[] {type},
                  (_, method, arguments) -> answerTo(method, arguments)));
      mbeans.registerMBean(
          new StandardEmitterMBean(bean, type, true, broadcaster) {
            @Override
            public MBeanNotificationInfo[] getNotificationInfo() {
              return new MBeanNotificationInfo[0];
            }
          },
          name);
    } catch (javax.management.JMException e) {
      throw new IllegalStateException(e);
    }
  }

  private Object answerTo(Method method, Object[] arguments) throws Exception {
    if (method.getDeclaringClass() == Object.class) {
      return switch (method.getName()) {
        case "hashCode" -> 1;
        case "equals" -> false;
        default -> "fake";
      };
    }
    called.add(method.getName());
    Answer answer = answers.get(method.getName());
    return answer == null
        ? sample(method.getGenericReturnType(), true)
        : answer.to(arguments == null ? new Object[0] : arguments);
  }

  /// A value of the type: zeros, the component's text, first enum constants, one element per list.
  public static Object sample(Type type, boolean filled) throws ReflectiveOperationException {
    if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      return filled ? List.of(sample(list.getActualTypeArguments()[0], true)) : List.of();
    }
    Class<?> raw = (Class<?>) type;
    if (raw == String.class) {
      return "text";
    }
    if (raw == void.class) {
      return null;
    }
    if (raw == boolean.class) {
      return true;
    }
    if (raw == int.class || raw == Integer.class) {
      return 7;
    }
    if (raw == long.class) {
      return 8L;
    }
    if (raw == double.class || raw == Double.class) {
      return 0.5;
    }
    if (raw.isEnum()) {
      return raw.getEnumConstants()[0];
    }
    List<Object> values = new ArrayList<>();
    List<Class<?>> types = new ArrayList<>();
    for (RecordComponent component : raw.getRecordComponents()) {
      values.add(sample(component.getGenericType(), filled));
      types.add(component.getType());
    }
    return raw.getDeclaredConstructor(types.toArray(Class<?>[]::new)).newInstance(values.toArray());
  }

  /// A port that was free a moment ago.
  public static int freePort() {
    try {
      return NewCluster.freePort();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}

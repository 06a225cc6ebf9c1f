package org.relevo.jmx.server;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Locale;
import java.util.Optional;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.remote.MBeanServerForwarder;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.ObjectNames;
import org.relevo.jmx.contract.Role;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Stands between the connector and the MBean server: asks the rules, then passes on, and writes
/// the audit line of every operation.
///
/// Operations that need no more than [Role#MONITOR] change nothing and are polled every second, so
/// their audit lines are at DEBUG, all others at INFO, refused ones at WARN.
///
/// Owner: none, stateless; called by all RMI threads.
final class GuardedMBeanServer implements InvocationHandler {
  private static final Logger LOG = LoggerFactory.getLogger(GuardedMBeanServer.class);
  private static final int MAX_ARGUMENT_CHARS = 60;
  private static final Object[] NONE = {};

  private final MBeanServer server;
  private final AccessRules rules;
  private final RefusalLog refusals;

  private GuardedMBeanServer(MBeanServer server, RefusalLog refusals) {
    this.server = server;
    this.rules = new AccessRules(server);
    this.refusals = refusals;
  }

  static MBeanServerForwarder over(MBeanServer server, RefusalLog refusals) {
    return (MBeanServerForwarder)
        Proxy.newProxyInstance(
            GuardedMBeanServer.class.getClassLoader(),
            new Class<?>[] {MBeanServerForwarder.class},
            new GuardedMBeanServer(server, refusals));
  }

  // Identity is meant: a proxy is equal to itself only, and the server is never exchanged.
  @SuppressWarnings("ReferenceEquality")
  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object[] given) throws Throwable {
    Object[] arguments = given == null ? NONE : given;
    if (method.getDeclaringClass() == Object.class) {
      return switch (method.getName()) {
        case "equals" -> proxy == arguments[0];
        case "hashCode" -> System.identityHashCode(proxy);
        default -> "guarded " + server;
      };
    }
    if (method.getDeclaringClass() == MBeanServerForwarder.class) {
      if (method.getName().equals("getMBeanServer")) {
        return server;
      }
      if (arguments[0] != server) {
        throw new IllegalArgumentException("this forwarder keeps its MBean server");
      }
      return null;
    }
    Optional<Caller> caller = Caller.remote();
    if (caller.isEmpty()) {
      if (!rules.isInternal(method.getName(), arguments)) {
        throw new SecurityException("Access denied: " + method.getName() + " without a user");
      }
      return pass(method, arguments);
    }
    return guarded(caller.get(), method, arguments);
  }

  private @Nullable Object guarded(Caller caller, Method method, Object[] arguments)
      throws Throwable {
    Role needed = rules.needed(method.getName(), arguments);
    if (!caller.role().includes(needed)) {
      String call = describe(method.getName(), arguments);
      refusals.refused(
          "role",
          caller.clientHost(),
          "user "
              + caller.user()
              + " is "
              + caller.roleName()
              + ", needs "
              + lower(needed)
              + " for "
              + call);
      throw new SecurityException(
          "Access denied: "
              + call
              + " needs the role "
              + lower(needed)
              + ", user "
              + caller.user()
              + " has "
              + caller.roleName());
    }
    if (rules.isInternal(method.getName(), arguments)) {
      return pass(method, arguments);
    }
    long startedNs = System.nanoTime();
    String result = "failed";
    try {
      Object answer = pass(method, arguments);
      result = "ok";
      return answer;
    } finally {
      LOG.atLevel(needed == Role.MONITOR ? Level.DEBUG : Level.INFO)
          .log(
              "jmx.audit user={} role={} client={} call=\"{}\" result={} tookMs={}",
              caller.user(),
              caller.role(),
              caller.clientHost(),
              describe(method.getName(), arguments),
              result,
              (System.nanoTime() - startedNs) / 1_000_000);
    }
  }

  private @Nullable Object pass(Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(server, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /// What was called on which MBean. Values are shown for our own MBeans only: none of their
  /// operations takes a secret.
  private static String describe(String method, Object[] arguments) {
    StringBuilder text = new StringBuilder();
    if (method.equals("invoke") && arguments.length == 4) {
      text.append(arguments[1]).append('(');
      if (arguments[0] instanceof ObjectName name
          && name.getDomain().equals(ObjectNames.DOMAIN)
          && arguments[2] instanceof Object[] parameters) {
        for (int i = 0; i < parameters.length; i++) {
          text.append(i == 0 ? "" : ", ").append(parameters[i]);
        }
      }
      text.append(") of ").append(arguments[0]);
    } else {
      text.append(method);
      for (Object argument : arguments) {
        if (argument instanceof ObjectName name) {
          text.append(' ').append(name);
        }
      }
    }
    return RefusalLog.clean(text.toString(), 4 * MAX_ARGUMENT_CHARS);
  }

  private static String lower(Role role) {
    return role.name().toLowerCase(Locale.ROOT);
  }
}

package org.relevo.jmx.server;

import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.util.Set;
import javax.management.InstanceNotFoundException;
import javax.management.IntrospectionException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.ReflectionException;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.RequiresRole;
import org.relevo.jmx.contract.Role;

/// Which role a call on the MBean server needs. What is not listed as reading needs an
/// administrator: a whitelist, so that a call nobody thought of is refused.
///
/// Owner: none, stateless.
final class AccessRules {
  /// Calls that change nothing.
  private static final Set<String> READING =
      Set.of(
          "getAttribute",
          "getAttributes",
          "getMBeanInfo",
          "getObjectInstance",
          "getMBeanCount",
          "getDefaultDomain",
          "getDomains",
          "queryMBeans",
          "queryNames",
          "isRegistered",
          "isInstanceOf");

  /// Reading too, unless they name another MBean as the listener: that one would be called.
  private static final Set<String> LISTENING =
      Set.of("addNotificationListener", "removeNotificationListener");

  /// Operations of the Java machine's threads that stock consoles call each second to show them.
  private static final Set<String> THREADS =
      Set.of(
          "getThreadInfo",
          "getThreadCpuTime",
          "getThreadUserTime",
          "getThreadAllocatedBytes",
          "findDeadlockedThreads",
          "findMonitorDeadlockedThreads",
          "dumpAllThreads");

  /// Not reachable by clients; the connector itself calls them to unmarshal parameters.
  private static final Set<String> INTERNAL =
      Set.of("getClassLoader", "getClassLoaderFor", "getClassLoaderRepository");

  private final MBeanServer server;

  AccessRules(MBeanServer server) {
    this.server = server;
  }

  /// @return whether the connector's own threads may make this call without a caller
  boolean isInternal(String method, Object[] arguments) {
    return INTERNAL.contains(method) || isReading(method, arguments);
  }

  /// The least role for the call; [Role#ADMIN] for all that is not known.
  Role needed(String method, Object[] arguments) {
    if (isInternal(method, arguments)) {
      return Role.MONITOR;
    }
    if (method.equals("invoke")
        && arguments.length == 4
        && arguments[0] instanceof ObjectName name
        && arguments[1] instanceof String operation) {
      return isOfThreads(name, operation) ? Role.MONITOR : roleOfOperation(name, operation);
    }
    return Role.ADMIN;
  }

  private static boolean isOfThreads(ObjectName name, String operation) {
    return THREADS.contains(operation)
        && name.getCanonicalName().equals(ManagementFactory.THREAD_MXBEAN_NAME);
  }

  private static boolean isReading(String method, Object[] arguments) {
    return READING.contains(method)
        || (LISTENING.contains(method)
            && arguments.length >= 2
            && !(arguments[1] instanceof ObjectName));
  }

  /// Reads the annotation of the MBean's contract interface. The strictest of several methods with
  /// the same name counts.
  private Role roleOfOperation(ObjectName name, String operation) {
    Class<?> contract = contractOf(name);
    if (contract == null) {
      return Role.ADMIN;
    }
    Role strictest = null;
    for (Method method : contract.getMethods()) {
      if (method.getName().equals(operation)) {
        RequiresRole annotation = method.getAnnotation(RequiresRole.class);
        Role role = annotation == null ? Role.ADMIN : annotation.value();
        strictest = strictest == null || role.includes(strictest) ? role : strictest;
      }
    }
    return strictest == null ? Role.ADMIN : strictest;
  }

  private @Nullable Class<?> contractOf(ObjectName name) {
    try {
      Object type = server.getMBeanInfo(name).getDescriptor().getFieldValue("interfaceClassName");
      if (!(type instanceof String className)) {
        return null;
      }
      ClassLoader loader = server.getClassLoaderFor(name);
      return Class.forName(className, false, loader);
    } catch (InstanceNotFoundException
        | IntrospectionException
        | ReflectionException
        | ClassNotFoundException _) {
      // Not there or not ours: the strictest rule holds.
      return null;
    }
  }
}

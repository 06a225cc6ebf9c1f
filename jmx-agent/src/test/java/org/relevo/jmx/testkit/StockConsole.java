package org.relevo.jmx.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.registry.LocateRegistry;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import javax.rmi.ssl.SslRMIClientSocketFactory;

/// What jconsole does, as a program of its own that has none of our classes on its path. Prints one
/// line per attribute of our MBeans and one per platform MBean domain.
///
/// Arguments: port, user, password file. The trust store is given by system properties.
public final class StockConsole {
  private StockConsole() {}

  // JNDI is how every stock console finds a connector, and that is what is tried here.
  @SuppressWarnings("BanJNDI")
  public static void main(String[] args) throws Exception {
    String address = "127.0.0.1:" + args[0];
    String password = Files.readString(Path.of(args[2])).strip();
    Map<String, Object> environment =
        Map.of(
            JMXConnector.CREDENTIALS,
            new String[] {args[1], password},
            "com.sun.jndi.rmi.factory.socket",
            new SslRMIClientSocketFactory());
    JMXServiceURL url =
        new JMXServiceURL("service:jmx:rmi://" + address + "/jndi/rmi://" + address + "/jmxrmi");
    try (JMXConnector connector = JMXConnectorFactory.connect(url, environment)) {
      MBeanServerConnection server = connector.getMBeanServerConnection();
      Set<ObjectName> names = new TreeSet<>(server.queryNames(new ObjectName("*:*"), null));
      StringBuilder found = new StringBuilder();
      for (ObjectName name : names) {
        // Some have operations only.
        found.append(name).append(" operations ");
        found.append(server.getMBeanInfo(name).getOperations().length).append('\n');
        for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
          if (name.getDomain().equals("org.relevo")) {
            Object value = server.getAttribute(name, attribute.getName());
            found.append(name).append(' ').append(attribute.getName()).append(' ');
            found.append(shape(value)).append('\n');
          }
        }
      }
      Object samples =
          server.invoke(
              new ObjectName("org.relevo:type=Host"),
              "samplesSince",
              new Object[] {0L},
              new String[] {"long"});
      found.append("samplesSince ").append(shape(samples)).append('\n');
      // jconsole refuses any other stub or socket factory than these.
      Remote stub =
          LocateRegistry.getRegistry(
                  "127.0.0.1", Integer.parseInt(args[0]), new SslRMIClientSocketFactory())
              .lookup("jmxrmi");
      found.append("stub ").append(stub.getClass().getName()).append(' ');
      found.append(stub.toString().contains("javax.rmi.ssl.SslRMIClientSocketFactory"));
      found.append("\nuptime ");
      found.append(server.getAttribute(new ObjectName("java.lang:type=Runtime"), "Uptime"));
      System.out.println(found);
    }
  }

  private static String shape(Object value) {
    return switch (value) {
      case CompositeData data -> "composite of " + data.getCompositeType().keySet().size();
      case CompositeData[] all -> "array of " + all.length + " " + shape(all[0]);
      default -> value.getClass().getSimpleName();
    };
  }
}

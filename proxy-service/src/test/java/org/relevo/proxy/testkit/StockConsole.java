package org.relevo.proxy.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import javax.rmi.ssl.SslRMIClientSocketFactory;

/// What jconsole does, as a program of its own that has none of our classes on its path. Prints
/// `name attribute class` for every attribute of our MBeans, or ends with the exception.
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
      Set<ObjectName> names =
          new TreeSet<>(server.queryNames(new ObjectName("org.relevo:*"), null));
      StringBuilder found = new StringBuilder();
      for (ObjectName name : names) {
        for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
          Object value = server.getAttribute(name, attribute.getName());
          found.append(name).append(' ').append(attribute.getName()).append(' ');
          found.append(value == null ? "null" : value.getClass().getSimpleName()).append('\n');
        }
      }
      System.out.print(found);
    }
  }
}

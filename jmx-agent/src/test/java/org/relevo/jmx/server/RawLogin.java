package org.relevo.jmx.server;

import java.io.IOException;
import java.rmi.registry.LocateRegistry;
import javax.management.remote.rmi.RMIServer;
import javax.net.ssl.SSLContext;
import javax.rmi.ssl.SslRMIClientSocketFactory;

/// A log-in with whatever object, as no client of ours would send it.
final class RawLogin {
  private RawLogin() {}

  static void with(JmxConnector connector, Object credentials) throws Exception {
    SSLContext usual = SSLContext.getDefault();
    // The stub makes its sockets by the run time's default context and by no other.
    SSLContext.setDefault(JmxConnectorTest.trustingAll());
    try {
      RMIServer server =
          (RMIServer)
              LocateRegistry.getRegistry(
                      "127.0.0.1", connector.port(), new SslRMIClientSocketFactory())
                  .lookup("jmxrmi");
      var connection = server.newClient(credentials);
      connection.close();
      throw new IOException("it was let in");
    } finally {
      SSLContext.setDefault(usual);
    }
  }
}

package org.relevo.jmx.server;

import java.io.IOException;
import java.io.ObjectInputFilter;
import java.rmi.server.RMIClientSocketFactory;
import java.rmi.server.RMIServerSocketFactory;
import java.rmi.server.RemoteServer;
import java.rmi.server.ServerNotActiveException;
import java.rmi.server.UnicastRemoteObject;
import java.util.Map;
import javax.management.remote.rmi.RMIConnection;
import javax.management.remote.rmi.RMIConnectionImpl;
import javax.management.remote.rmi.RMIJRMPServerImpl;
import javax.security.auth.Subject;

/// RMI's server of management connections, with filters of our own on all that clients send: what
/// is not allowed is not even read, and is counted, which the run time's own filters do not.
///
/// Owner: itself; RMI's threads.
final class FilteredRmiServer extends RMIJRMPServerImpl {
  /// What a logged-in client may send: JMX's own types and plain values, bounded in size.
  private static final String SERIAL_FILTER =
      "maxdepth=20;maxrefs=20000;maxarray=20000;maxbytes=4194304;"
          + "!javax.management.BadAttributeValueExpException;"
          + "java.lang.*;java.util.*;java.math.*;javax.management.**;java.rmi.**;!*";

  /// What a client may send before it logged in: user and password.
  private static final String CREDENTIALS_FILTER =
      "maxdepth=2;maxarray=2;maxrefs=10;maxbytes=4096;java.lang.String;!*";

  private final int port;
  private final RMIClientSocketFactory clientSockets;
  private final RMIServerSocketFactory serverSockets;
  private final Map<String, ?> environment;
  private final RefusalLog refusals;

  FilteredRmiServer(
      int port,
      RMIClientSocketFactory clientSockets,
      RMIServerSocketFactory serverSockets,
      Map<String, ?> environment,
      RefusalLog refusals)
      throws IOException {
    super(port, clientSockets, serverSockets, environment);
    this.port = port;
    this.clientSockets = clientSockets;
    this.serverSockets = serverSockets;
    this.environment = environment;
    this.refusals = refusals;
  }

  @Override
  protected void export() throws IOException {
    UnicastRemoteObject.exportObject(
        this, port, clientSockets, serverSockets, filter(CREDENTIALS_FILTER));
  }

  @Override
  protected RMIConnection makeClient(String connectionId, Subject subject) throws IOException {
    RMIConnectionImpl connection =
        new RMIConnectionImpl(this, connectionId, getDefaultClassLoader(), subject, environment);
    UnicastRemoteObject.exportObject(
        connection, port, clientSockets, serverSockets, filter(SERIAL_FILTER));
    return connection;
  }

  private ObjectInputFilter filter(String pattern) {
    ObjectInputFilter rules = ObjectInputFilter.Config.createFilter(pattern);
    return info -> {
      ObjectInputFilter.Status status = rules.checkInput(info);
      if (status == ObjectInputFilter.Status.REJECTED) {
        Class<?> type = info.serialClass();
        refusals.refused(
            "object",
            clientHost(),
            type == null ? "a request beyond the limits" : "an object of " + type.getName());
      }
      return status;
    };
  }

  private static String clientHost() {
    try {
      return RemoteServer.getClientHost();
    } catch (ServerNotActiveException _) {
      return "unknown"; // read outside of a call, which RMI does not do today
    }
  }
}

package org.relevo.jmx.client;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.net.Socket;
import java.rmi.Remote;
import java.rmi.server.RMIClientSocketFactory;

/// Copies a stub so that its calls use this connection's sockets instead of the process-wide ones.
///
/// RMI shares sockets between all stubs with equal host, port and socket factory; the factory put
/// in here is equal only within one connection, so connections never mix, whatever address the
/// services believe to have.
final class StubRewriter {
  private StubRewriter() {}

  /// Opens the sockets of one route.
  record RouteSocketFactory(long routeId) implements RMIClientSocketFactory, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      return Routes.open(routeId);
    }
  }

  /// Also tells [Routes] the address that the service gave itself in the stub.
  static <T extends Remote> T onRoute(Class<T> type, T stub, Route route) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Replacing out = new Replacing(bytes, route)) {
      out.writeObject(stub);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return type.cast(in.readObject());
    } catch (ClassNotFoundException e) {
      throw new IOException("the service uses a class that is not known here", e);
    }
  }

  /// A remote reference writes host, port, factory, in this order.
  private static final class Replacing extends ObjectOutputStream {
    private final Route route;
    private String lastText = "";
    private int lastNumber;

    Replacing(OutputStream out, Route route) throws IOException {
      super(out);
      this.route = route;
      enableReplaceObject(true);
    }

    @Override
    public void writeUTF(String text) throws IOException {
      lastText = text;
      super.writeUTF(text);
    }

    @Override
    public void writeInt(int number) throws IOException {
      lastNumber = number;
      super.writeInt(number);
    }

    @Override
    protected Object replaceObject(Object value) {
      if (value instanceof RMIClientSocketFactory) {
        Routes.alias(lastText, lastNumber, route);
        return new RouteSocketFactory(route.id());
      }
      return value;
    }
  }
}

package org.relevo.jmx.client;

import java.io.IOException;
import javax.management.JMException;
import javax.management.MBeanServerConnection;

/// Something to do on the raw connection.
@FunctionalInterface
public interface RemoteCall<T> {
  T on(MBeanServerConnection connection) throws IOException, JMException;
}

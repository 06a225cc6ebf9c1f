package org.relevo.proxy;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs an action on SIGHUP, each time on a thread of the Java runtime's own.
///
/// The runtime's signal classes have no supported interface and the compiler warns of them without
/// a way to accept it, so they are used by reflection. Where they are missing, or the signal is
/// (Windows, `-Xrs`), only this way to reload is.
final class HangupSignal {
  private static final Logger LOG = LoggerFactory.getLogger(HangupSignal.class);

  private HangupSignal() {}

  @SuppressWarnings("ReferenceEquality") // a handler is equal to itself alone
  static void run(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      InvocationHandler calls =
          (proxy, method, arguments) ->
              switch (method.getName()) {
                case "handle" -> {
                  guarded(action);
                  yield null;
                }
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "reload on SIGHUP";
              };
      Object ours =
          Proxy.newProxyInstance(
              HangupSignal.class.getClassLoader(), new Class<?>[] {handler}, calls);
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), ours);
    } catch (InvocationTargetException e) {
      LOG.warn("config.no-signal reason=\"{}\"", String.valueOf(e.getCause()));
    } catch (ReflectiveOperationException e) {
      LOG.warn("config.no-signal reason=\"{}\"", e.toString());
    }
  }

  private static void guarded(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      LOG.error("config.reload-failed", e);
    }
  }
}

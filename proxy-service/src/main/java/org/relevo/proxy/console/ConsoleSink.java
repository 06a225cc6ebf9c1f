package org.relevo.proxy.console;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.concurrent.Executor;

/// The client's side of a console session; called on the client's event loop.
public interface ConsoleSink {
  ByteBufAllocator alloc();

  /// Sends whole messages; takes the buffer over and flushes.
  void write(ByteBuf messages);

  /// Whether more may be sent now; [ConsoleSession#writabilityChanged] tells when it may again.
  boolean writable();

  /// Runs tasks on the event loop.
  Executor loop();

  /// Whether more of the client's bytes are wanted.
  void reading(boolean wanted);

  /// Whether none but pgpool-II's statements may be prepared.
  default boolean pgpoolsOnly() {
    return false;
  }

  /// What ReadyForQuery says. In the console there is no transaction; an ordinary session that
  /// hands pgpool-II's statements to a console session says its own.
  default char transactionStatus() {
    return 'I';
  }

  /// Closes the connection after what was written.
  void close();
}

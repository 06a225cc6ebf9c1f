package org.relevo.jmx.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/// A client's TLS socket that says why its handshake failed, gives idle clients up, and tells when
/// it was closed. RMI itself would drop a plain-text client without a word.
///
/// Owner: the RMI thread of this connection; `close` may come from any thread.
final class AcceptedSocket extends Socket {
  private static final int HANDSHAKE_TIMEOUT_MS = 10_000;

  /// Longer than the 15 s after which RMI clients drop an idle connection by themselves.
  private static final int LONGEST_IDLE_MS = 60_000;

  private final SSLSocket tls;
  private final RefusalLog refusals;
  private final Consumer<AcceptedSocket> onClose;
  private final AtomicBoolean closed = new AtomicBoolean();
  private boolean shaken;

  AcceptedSocket(SSLSocket tls, RefusalLog refusals, Consumer<AcceptedSocket> onClose) {
    this.tls = tls;
    this.refusals = refusals;
    this.onClose = onClose;
  }

  @Override
  public InputStream getInputStream() throws IOException {
    shakeHands();
    return tls.getInputStream();
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    shakeHands();
    return tls.getOutputStream();
  }

  private void shakeHands() throws IOException {
    if (shaken) {
      return;
    }
    int idleMs = tls.getSoTimeout();
    tls.setSoTimeout(HANDSHAKE_TIMEOUT_MS);
    try {
      tls.startHandshake();
    } catch (IOException e) {
      boolean plainText =
          e instanceof SSLException && String.valueOf(e.getMessage()).contains("SSL message");
      refusals.refused(
          plainText ? "not-tls" : "handshake",
          tls.getInetAddress().getHostAddress(),
          String.valueOf(e.getMessage()));
      throw e;
    }
    tls.setSoTimeout(idleMs);
    shaken = true;
  }

  @Override
  public void setSoTimeout(int timeoutMs) throws SocketException {
    tls.setSoTimeout(timeoutMs == 0 ? LONGEST_IDLE_MS : Math.min(timeoutMs, LONGEST_IDLE_MS));
  }

  @Override
  public int getSoTimeout() throws SocketException {
    return tls.getSoTimeout();
  }

  // Not under this object's lock: a reader may hold it inside a blocked read.
  @SuppressWarnings("UnsynchronizedOverridesSynchronized")
  @Override
  public void close() throws IOException {
    if (closed.compareAndSet(false, true)) {
      onClose.accept(this);
      tls.close();
    }
  }

  @Override
  public boolean isClosed() {
    return closed.get();
  }

  @Override
  public boolean isConnected() {
    return tls.isConnected();
  }

  @Override
  public boolean isBound() {
    return tls.isBound();
  }

  @Override
  public void setTcpNoDelay(boolean on) throws SocketException {
    tls.setTcpNoDelay(on);
  }

  @Override
  public boolean getTcpNoDelay() throws SocketException {
    return tls.getTcpNoDelay();
  }

  @Override
  public void setKeepAlive(boolean on) throws SocketException {
    tls.setKeepAlive(on);
  }

  @Override
  public InetAddress getInetAddress() {
    return tls.getInetAddress();
  }

  @Override
  public int getPort() {
    return tls.getPort();
  }

  @Override
  public InetAddress getLocalAddress() {
    return tls.getLocalAddress();
  }

  @Override
  public int getLocalPort() {
    return tls.getLocalPort();
  }

  @Override
  public SocketAddress getRemoteSocketAddress() {
    return tls.getRemoteSocketAddress();
  }

  @Override
  public SocketAddress getLocalSocketAddress() {
    return tls.getLocalSocketAddress();
  }

  @Override
  public String toString() {
    return tls.toString();
  }
}

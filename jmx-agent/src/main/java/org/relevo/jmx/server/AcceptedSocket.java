package org.relevo.jmx.server;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// A client's TLS socket that says why its handshake failed, gives idle clients up, and tells when
/// it was closed. RMI itself would drop a plain-text client without a word.
///
/// Owner: the RMI thread of this connection; `close` may come from any thread.
final class AcceptedSocket extends Socket {
  private final Socket plain;
  private final SSLSocket tls;
  private final int handshakeMs;
  private final int idleMs;
  private final RefusalLog refusals;
  private final Consumer<AcceptedSocket> onClose;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean shaken;
  private @Nullable InputStream input;

  /// @param plain below `tls`
  AcceptedSocket(
      Socket plain,
      SSLSocket tls,
      JmxConnectorSettings.Patience patience,
      RefusalLog refusals,
      Consumer<AcceptedSocket> onClose) {
    this.plain = plain;
    this.tls = tls;
    this.handshakeMs = Math.toIntExact(patience.handshake().toMillis());
    this.idleMs = Math.toIntExact(patience.idle().toMillis());
    this.refusals = refusals;
    this.onClose = onClose;
  }

  @Override
  public InputStream getInputStream() throws IOException {
    shakeHands();
    if (input == null) {
      input = new FirstBytes(tls.getInputStream());
    }
    return input;
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
    int before = tls.getSoTimeout();
    tls.setSoTimeout(handshakeMs);
    Thread limit = Thread.ofVirtual().name("jmx-handshake-limit").start(this::cutAtLimit);
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
    } finally {
      limit.interrupt();
    }
    shaken = true;
    tls.setSoTimeout(before == 0 ? idleMs : Math.min(before, idleMs));
  }

  /// The socket's own limit begins anew with each byte.
  private void cutAtLimit() {
    try {
      Thread.sleep(handshakeMs);
      if (!shaken) {
        plain.close();
      }
    } catch (InterruptedException _) {
      // It came to an end in time.
    } catch (IOException _) {
      // Closed, or never to be used again: its reader is told either way.
    }
  }

  @Override
  public void setSoTimeout(int timeoutMs) throws SocketException {
    tls.setSoTimeout(timeoutMs == 0 ? idleMs : Math.min(timeoutMs, idleMs));
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

  /// RMI drops who does not begin with its name, or says nothing, without a word.
  private final class FirstBytes extends FilterInputStream {
    private static final String EXPECTED = "JRMI";
    private int passed;

    FirstBytes(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int most) throws IOException {
      int count;
      try {
        count = super.read(into, from, most);
      } catch (SocketTimeoutException e) {
        if (passed < EXPECTED.length()) {
          refuse("silent", "no request within " + tls.getSoTimeout() + " ms");
        }
        throw e;
      }
      for (int i = 0; i < count && passed < EXPECTED.length(); i++, passed++) {
        if (into[from + i] != EXPECTED.charAt(passed)) {
          refuse("not-rmi", "the first bytes are not those of RMI");
          passed = EXPECTED.length();
        }
      }
      return count;
    }

    @Override
    public long skip(long most) throws IOException {
      return passed < EXPECTED.length() ? 0 : super.skip(most);
    }

    @Override
    public boolean markSupported() {
      return false;
    }

    private void refuse(String reason, String detail) {
      refusals.refused(reason, tls.getInetAddress().getHostAddress(), detail);
    }
  }
}

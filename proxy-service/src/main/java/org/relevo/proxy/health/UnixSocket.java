package org.relevo.proxy.health;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/// A connected Unix-domain socket as a [Socket], which the driver wants: streams with a read
/// time-out. Java has channels of this kind only. What TCP alone has is accepted and means nothing.
///
/// Owner: one thread; [#close] from any.
final class UnixSocket extends Socket {
  private final SocketChannel channel;
  private final Selector readable;
  private final Selector writable;
  private volatile int timeoutMs;

  /// @throws IOException at once when nobody accepts there
  UnixSocket(Path file) throws IOException {
    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.configureBlocking(false);
      // Never "in progress": the kernel connects or refuses, and refuses when the queue is full.
      if (!channel.connect(UnixDomainSocketAddress.of(file))) {
        throw new SocketException("not connected at once: " + file);
      }
      readable = Selector.open();
      writable = Selector.open();
      channel.register(readable, SelectionKey.OP_READ);
      channel.register(writable, SelectionKey.OP_WRITE);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public InputStream getInputStream() {
    return new In();
  }

  @Override
  public OutputStream getOutputStream() {
    return new Out();
  }

  private final class In extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      ByteBuffer into = ByteBuffer.wrap(bytes, from, length);
      int count = channel.read(into);
      while (count == 0) {
        await(readable, timeoutMs);
        count = channel.read(into);
      }
      return count;
    }

    @Override
    public void close() throws IOException {
      UnixSocket.this.close();
    }
  }

  private final class Out extends OutputStream {
    @Override
    public void write(int single) throws IOException {
      write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      ByteBuffer rest = ByteBuffer.wrap(bytes, from, length);
      while (rest.hasRemaining()) {
        if (channel.write(rest) == 0) {
          await(writable, timeoutMs);
        }
      }
    }

    @Override
    public void close() throws IOException {
      UnixSocket.this.close();
    }
  }

  private void await(Selector ready, int limitMs) throws IOException {
    int keys;
    try {
      keys = ready.select(limitMs);
      ready.selectedKeys().clear();
    } catch (ClosedSelectorException e) {
      throw new SocketException("Socket closed", e);
    }
    if (keys == 0 && limitMs > 0) {
      throw new SocketTimeoutException("Read timed out");
    }
  }

  @Override
  public void setSoTimeout(int ms) {
    timeoutMs = ms;
  }

  @Override
  public int getSoTimeout() {
    return timeoutMs;
  }

  @Override
  public boolean isConnected() {
    return true;
  }

  @Override
  public boolean isClosed() {
    return !channel.isOpen();
  }

  @Override
  public void setTcpNoDelay(boolean on) {
    // there are no segments to wait for
  }

  @Override
  public boolean getTcpNoDelay() {
    return true;
  }

  @Override
  public void setKeepAlive(boolean on) {
    // the kernel knows at once when the other side has ended
  }

  @Override
  public void close() throws IOException {
    channel.close();
    readable.close();
    writable.close();
  }
}

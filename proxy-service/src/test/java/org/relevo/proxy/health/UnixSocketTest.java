package org.relevo.proxy.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.testkit.Background;

@Timeout(30)
class UnixSocketTest {
  private static final int MANY_BYTES = 4 << 20;

  @TempDir Path folder;

  @Test
  void bytesGoBothWaysHoweverSlowlyTheyAreTaken() throws Exception {
    try (ServerSocketChannel server = listen();
        Socket socket = new UnixSocketFactory(file().toString()).createSocket();
        SocketChannel peer = server.accept()) {
      CompletableFuture<Boolean> writing =
          Background.run(() -> {
            socket.getOutputStream().write(new byte[MANY_BYTES]);
            return true;
          });
      ByteBuffer got = ByteBuffer.allocate(MANY_BYTES);
      while (got.hasRemaining()) {
        assertThat(peer.read(got)).isPositive();
      }
      assertThat(writing.get(10, TimeUnit.SECONDS)).isTrue();
      peer.write(ByteBuffer.wrap(new byte[] {1, (byte) 200}));
      assertThat(socket.getInputStream().read()).isEqualTo(1);
      assertThat(socket.getInputStream().read()).isEqualTo(200);
      peer.shutdownOutput();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void aReadEndsAtItsLimitAndGoesOnAfterwards() throws Exception {
    try (ServerSocketChannel server = listen();
        Socket socket = new UnixSocket(file());
        SocketChannel peer = server.accept()) {
      socket.setSoTimeout(50);
      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      peer.write(ByteBuffer.wrap(new byte[] {7}));
      assertThat(socket.getInputStream().read()).isEqualTo(7);
    }
  }

  @Test
  void closingEndsAReadOfAnotherThread() throws Exception {
    try (ServerSocketChannel server = listen()) {
      Socket socket = new UnixSocket(file());
      assertThat(server.accept().isConnected()).isTrue();
      CompletableFuture<Integer> reading = Background.run(() -> socket.getInputStream().read());
      socket.close();
      assertThat(socket.isClosed()).isTrue();
      assertThatThrownBy(() -> reading.get(10, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(IOException.class);
    }
  }

  @Test
  void nobodyThereIsKnownAtOnce() {
    assertThatThrownBy(() -> new UnixSocket(file())).isInstanceOf(SocketException.class);
  }

  private Path file() {
    return folder.resolve(".s.PGSQL.5432");
  }

  private ServerSocketChannel listen() throws IOException {
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(file()));
  }
}

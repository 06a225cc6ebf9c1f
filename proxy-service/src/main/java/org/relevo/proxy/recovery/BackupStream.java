package org.relevo.proxy.recovery;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.relevo.proxy.recovery.protocol.CopyEvent;
import org.relevo.proxy.recovery.protocol.ReplicationConnection;

/// The COPY streams of BASE_BACKUP as parts, each an [InputStream]. Before version 15 every part is
/// a COPY stream of its own; since 15 one COPY stream carries all parts and tagged messages.
///
/// Owner: the thread that runs the backup.
final class BackupStream {
  /// What comes next.
  enum Part {
    ARCHIVE,
    MANIFEST,
    END
  }

  private static final long PROGRESS_EVERY_NS = 100_000_000L;

  private final ReplicationConnection connection;
  private final boolean tagged;
  private final BackupProgress progress;
  private final long totalBytes;
  private final int expectedArchives;

  private ByteBuffer chunk = ByteBuffer.allocate(0);
  private boolean partOpen;
  private Part announced = Part.END;
  private String location = "";
  private int archives;
  private long bytes;
  private long lastProgressNs;

  /// @param connection after the tablespace rows were read and the first COPY stream began
  /// @param expectedArchives as many as tablespaces were announced, the data directory among them
  BackupStream(
      ReplicationConnection connection,
      int serverMajor,
      int expectedArchives,
      long totalBytes,
      BackupProgress progress) {
    this.connection = connection;
    this.tagged = serverMajor >= 15;
    this.expectedArchives = expectedArchives;
    this.totalBytes = totalBytes;
    this.progress = progress;
  }

  long bytes() {
    return bytes;
  }

  /// Of the current archive: the tablespace's folder on the source, "" for the data directory;
  /// servers before 15 do not say it.
  String location() {
    return location;
  }

  /// Moves to the first part, or past the one that was read to its end.
  Part nextPart() throws IOException {
    if (tagged) {
      if (archives == 0 && announced == Part.END && !partOpen) {
        readChunk();
      }
      partOpen = announced != Part.END;
      archives++;
      return announced;
    }
    return nextCopyStream();
  }

  private Part nextCopyStream() throws IOException {
    if (archives > 0 && !(connection.next() instanceof CopyEvent.Begun)) {
      throw new IOException("the server ended the backup without its manifest");
    }
    partOpen = true;
    archives++;
    return archives <= expectedArchives ? Part.ARCHIVE : Part.MANIFEST;
  }

  /// The current part's bytes. The stream ends with the part.
  InputStream content() {
    return new Content();
  }

  /// Reads a tagged or plain message.
  ///
  /// @return whether the current part goes on
  private boolean readChunk() throws IOException {
    while (true) {
      switch (connection.next()) {
        case CopyEvent.Data data -> {
          if (!tagged) {
            take(data.bytes(), 0);
            return true;
          }
          switch (tag(data.bytes())) {
            case 'd' -> {
              take(data.bytes(), 1);
              return true;
            }
            case 'p' -> report(data.bytes().getLong(1));
            case 'n' -> {
              announce(data.bytes());
              return end(Part.ARCHIVE);
            }
            case 'm' -> {
              return end(Part.MANIFEST);
            }
            default -> throw new IOException("unknown message in the backup stream");
          }
        }
        case CopyEvent.Done _ -> {
          return end(Part.END);
        }
        case CopyEvent.Row _, CopyEvent.Begun _, CopyEvent.Ended _ ->
            throw new IOException("the server broke the backup stream off");
      }
    }
  }

  private boolean end(Part next) {
    announced = next;
    partOpen = false;
    return false;
  }

  private void take(ByteBuffer message, int from) {
    chunk = message.position(from);
    bytes += chunk.remaining();
    report(bytes);
  }

  private void report(long done) {
    long now = System.nanoTime();
    if (lastProgressNs == 0 || now - lastProgressNs >= PROGRESS_EVERY_NS) {
      lastProgressNs = now;
      progress.at(done, Math.max(done, totalBytes));
    }
  }

  private static char tag(ByteBuffer message) throws IOException {
    if (!message.hasRemaining() || (message.get(0) == 'p' && message.limit() != 9)) {
      throw new IOException("a message of the backup stream is cut");
    }
    return (char) message.get(0);
  }

  /// 'n' carries the archive's name and the tablespace's place, which is "" for the data directory.
  private void announce(ByteBuffer message) throws IOException {
    String[] texts = StandardCharsets.UTF_8.decode(message.position(1)).toString().split("\0", -1);
    if (texts.length < 2) {
      throw new IOException("the backup stream has an archive without a name");
    }
    location = texts[1];
  }

  private final class Content extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      while (!chunk.hasRemaining()) {
        if (!partOpen || !readChunk()) {
          return -1;
        }
      }
      int count = Math.min(length, chunk.remaining());
      chunk.get(target, offset, count);
      return count;
    }
  }
}

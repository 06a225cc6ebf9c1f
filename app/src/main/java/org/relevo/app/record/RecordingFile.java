package org.relevo.app.record;

import com.fasterxml.jackson.annotation.Nulls;
import java.io.BufferedWriter;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.relevo.app.model.LiveData;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/// A recording: one line of JSON that says what it is, then one for each poll, packed. A file that
/// was not ended is read up to where it breaks off.
final class RecordingFile implements AutoCloseable {
  /// Two hours of polls.
  static final int MOST_POLLS = 7200;

  private static final long MOST_BYTES = 256L << 20;

  // Unpacked, in characters: a small file may unpack to more than memory holds. The first poll has
  // all histories in it, so one line may be long.
  private static final long MOST_TEXT = 512L << 20;
  private static final int LONGEST_LINE = 64 << 20;

  private static final String FORMAT = "relevo-recording-1";
  // What is missing in a file is said when it is read, not found out by a screen later.
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .changeDefaultNullHandling(nulls -> nulls.withContentNulls(Nulls.FAIL))
          .build();

  private final Path file;
  private final BufferedWriter out;
  private long written;

  private RecordingFile(Path file, BufferedWriter out) {
    this.file = file;
    this.out = out;
  }

  /// @throws IOException when it is there already
  static RecordingFile create(Path file) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    OutputStream bytes = Files.newOutputStream(file);
    try {
      RecordingFile made =
          new RecordingFile(
              file,
              new BufferedWriter(
                  new OutputStreamWriter(
                      new GZIPOutputStream(bytes, true), StandardCharsets.UTF_8)));
      made.line(JSON.writeValueAsString(JSON.createObjectNode().put("format", FORMAT)));
      return made;
    } catch (IOException e) {
      bytes.close();
      throw e;
    }
  }

  void add(LiveData data) throws IOException {
    line(JSON.writeValueAsString(data));
  }

  /// Flushed each time, so that what was seen is there when this program is killed.
  private void line(String json) throws IOException {
    out.write(json);
    out.write('\n');
    out.flush();
    written += json.length() + 1L;
  }

  /// Whether it is as long as one may be.
  boolean full() throws IOException {
    return written >= MOST_TEXT || Files.size(file) >= MOST_BYTES;
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  /// @throws IOException naming the file when it is no recording
  static List<LiveData> read(Path file) throws IOException {
    List<LiveData> polls = new ArrayList<>();
    try (InputStream bytes = Files.newInputStream(file)) {
      Lines lines =
          new Lines(
              new InputStreamReader(
                  new UpToTheBreak(new GZIPInputStream(bytes)), StandardCharsets.UTF_8));
      String head = lines.next();
      JsonNode root = head == null ? JSON.nullNode() : JSON.readTree(head);
      if (!root.path("format").asString("").equals(FORMAT)) {
        throw new IOException(file + " is not a recording of this version");
      }
      long read = 0;
      String line = lines.next();
      while (line != null && polls.size() < MOST_POLLS && read < MOST_TEXT) {
        LiveData poll = JSON.readValue(line, LiveData.class);
        if (poll == null) {
          throw new IOException(file + " is damaged: poll " + (polls.size() + 1) + " is empty");
        }
        polls.add(poll);
        read += line.length();
        line = lines.next();
      }
    } catch (JacksonException e) {
      throw new IOException(file + " is damaged: " + e.getOriginalMessage(), e);
    } catch (EOFException e) {
      throw new IOException(file + " is not a recording: it ends within its first bytes", e);
    } catch (ZipException e) {
      throw new IOException(file + " is not a recording: " + e.getMessage(), e);
    }
    if (polls.isEmpty()) {
      throw new IOException(file + " has no poll in it");
    }
    return polls;
  }

  /// The program that wrote it may have been killed: where it breaks off is the end, and what was
  /// written before counts.
  private static final class UpToTheBreak extends FilterInputStream {
    UpToTheBreak(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] into, int from, int most) throws IOException {
      try {
        return super.read(into, from, most);
      } catch (EOFException e) {
        return -1;
      }
    }
  }

  /// Lines that are bounded, unlike those of the JDK's readers. One without an end is left out.
  private static final class Lines {
    private final Reader in;
    private final char[] letters = new char[1 << 16];
    private int next;
    private int end;

    Lines(Reader in) {
      this.in = in;
    }

    /// @return null at the end
    @Nullable String next() throws IOException {
      StringBuilder line = new StringBuilder();
      while (true) {
        if (next == end) {
          end = Math.max(0, in.read(letters));
          next = 0;
          if (end == 0) {
            return null;
          }
        }
        int from = next;
        while (next < end && letters[next] != '\n') {
          next++;
        }
        line.append(letters, from, next - from);
        if (line.length() > LONGEST_LINE) {
          throw new ZipException("a line of more than " + LONGEST_LINE + " letters is no poll");
        }
        if (next < end) {
          next++;
          return line.toString();
        }
      }
    }
  }
}

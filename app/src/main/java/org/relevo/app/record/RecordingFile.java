package org.relevo.app.record;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.relevo.app.model.LiveData;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// A recording: one line of JSON that says what it is, then one for each poll, packed. A file that
/// was not ended is read up to where it breaks off.
final class RecordingFile implements AutoCloseable {
  /// Two hours of polls.
  static final int MOST_POLLS = 7200;

  static final long MOST_BYTES = 256L << 20;

  private static final String FORMAT = "relevo-recording-1";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final BufferedWriter out;

  private RecordingFile(Path file, BufferedWriter out) {
    this.file = file;
    this.out = out;
  }

  /// @throws IOException when it is there already
  static RecordingFile create(Path file) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    RecordingFile made =
        new RecordingFile(
            file,
            new BufferedWriter(
                new OutputStreamWriter(
                    new GZIPOutputStream(Files.newOutputStream(file), true),
                    StandardCharsets.UTF_8)));
    made.line(JSON.writeValueAsString(JSON.createObjectNode().put("format", FORMAT)));
    return made;
  }

  void add(LiveData data) throws IOException {
    line(JSON.writeValueAsString(data));
  }

  /// Flushed each time, so that what was seen is there when this program is killed.
  private void line(String json) throws IOException {
    out.write(json);
    out.write('\n');
    out.flush();
  }

  long bytes() throws IOException {
    return Files.size(file);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  /// @throws IOException naming the file when it is no recording
  static List<LiveData> read(Path file) throws IOException {
    List<LiveData> polls = new ArrayList<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      String head = in.readLine();
      JsonNode root = head == null ? JSON.nullNode() : JSON.readTree(head);
      if (!root.path("format").asString("").equals(FORMAT)) {
        throw new IOException(file + " is not a recording of this version");
      }
      String line = in.readLine();
      while (line != null && polls.size() < MOST_POLLS) {
        polls.add(JSON.readValue(line, LiveData.class));
        line = in.readLine();
      }
    } catch (EOFException e) {
      // The program that wrote it was killed; what it had written counts.
      if (polls.isEmpty()) {
        throw new IOException(file + " breaks off before its first poll", e);
      }
    } catch (JacksonException e) {
      throw new IOException(file + " is damaged: " + e.getOriginalMessage(), e);
    } catch (java.util.zip.ZipException e) {
      throw new IOException(file + " is not a recording", e);
    }
    if (polls.isEmpty()) {
      throw new IOException(file + " has no poll in it");
    }
    return polls;
  }
}

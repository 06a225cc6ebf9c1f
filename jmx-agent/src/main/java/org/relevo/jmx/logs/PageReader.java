package org.relevo.jmx.logs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.contract.LogLine;
import org.relevo.jmx.contract.LogPage;
import org.relevo.jmx.logs.TailedLog.LogFile;

/// One answer of [LogTail]: finds the file that the cursor is on, and reads from there over the
/// rotated files to the newest; without a cursor reads the end, in growing windows.
///
/// Owner: the caller's thread; made for one call.
final class PageReader {
  /// Read for one page at most, so that a huge file costs no more than a small one.
  static final int MAX_BYTES = 4 * 1024 * 1024;

  private static final int MAX_CHARS = 2 * 1024 * 1024;
  private static final int FIRST_WINDOW_BYTES = 64 * 1024;
  private static final int NO_LIMIT = Integer.MAX_VALUE;
  private static final int ROTATION_RETRIES = 5;

  private final TailedLog log;
  private final int maxLines;

  PageReader(TailedLog log, int maxLines) {
    this.log = log;
    this.maxLines = maxLines;
  }

  LogPage read(String cursorText) throws IOException {
    for (int attempt = 0; attempt < ROTATION_RETRIES; attempt++) {
      List<LogFile> files = log.files();
      if (files.isEmpty()) {
        return new LogPage(List.of(), cursorText, false);
      }
      try {
        Optional<Cursor> cursor = Cursor.decode(cursorText);
        if (cursor.isEmpty()) {
          return newest(files, !cursorText.isEmpty());
        }
        return follow(files, cursor.get());
      } catch (RotatedMeanwhile _) {
        // The folder is listed anew.
      }
    }
    throw new IOException("it is rotated again and again while it is read");
  }

  private LogPage follow(List<LogFile> files, Cursor cursor) throws IOException {
    int index = find(files, cursor);
    boolean gap = index < 0;
    int last = files.size() - 1;
    int at = gap ? last : index;
    long offset = gap ? 0 : cursor.offset();
    long base = gap ? cursor.base() + cursor.offset() : cursor.base();
    boolean insideLine = !gap && cursor.insideLine();
    EntryBuilder entries =
        gap
            ? new EntryBuilder(log.id(), LogLevel.UNKNOWN, -1)
            : new EntryBuilder(log.id(), cursor.level(), cursor.atEpochMs());
    long budget = MAX_BYTES;
    while (true) {
      LogFile file = files.get(at);
      try (FileChannel channel = open(file)) {
        long size = channel.size();
        Span span = new Span(offset, size, budget, base, insideLine, at < last);
        Part part = forward(channel, entries, span, maxLines);
        budget -= part.next() - offset;
        if (part.next() < size || at == last) {
          entries.finish();
          Cursor next =
              Cursor.at(
                  channel,
                  file,
                  part.next(),
                  base,
                  part.insideLine(),
                  entries.level(),
                  entries.atEpochMs());
          return new LogPage(entries.entries(), next.encode(), gap);
        }
        base += size;
      }
      at++;
      offset = 0;
      insideLine = false;
    }
  }

  /// What of a file is to be read.
  ///
  /// @param size of the whole file
  /// @param budget bytes at most
  /// @param base added to offsets to make sequences
  /// @param insideLine whether `start` is within a line whose rest is to be left out
  /// @param closed whether nothing more will be written, so that a last line needs no line feed
  private record Span(
      long start, long size, long budget, long base, boolean insideLine, boolean closed) {
    long end() {
      return Math.min(size, start + budget);
    }

    /// A line that fills a page's whole budget is cut, or it would never be passed.
    boolean isOneLine(LineReader.Line line) {
      return !line.complete() && line.start() == start && end() < size && budget == MAX_BYTES;
    }
  }

  /// Where a part ended.
  ///
  /// @param insideLine whether that is within a line that was cut
  private record Part(long next, boolean insideLine) {}

  /// Reads on until there are `limit` entries, the budget is used, or the file ends.
  private static Part forward(FileChannel channel, EntryBuilder entries, Span span, int limit)
      throws IOException {
    LineReader lines = new LineReader(channel, span.start(), span.end());
    if (span.insideLine() && !lines.skipLine()) {
      return new Part(lines.offset(), true);
    }
    long next = lines.offset();
    for (LineReader.Line line = lines.next(); line != null; line = lines.next()) {
      boolean lastOfClosed = span.closed() && span.end() == span.size();
      boolean usable = line.complete() || lastOfClosed || span.isOneLine(line);
      // Otherwise it is still being written, or goes on beyond the budget.
      if (!usable || full(entries, line.text(), limit)) {
        break;
      }
      entries.add(line.text(), span.base() + line.start() + 1);
      next = line.next();
      if (span.isOneLine(line)) {
        return new Part(next, true);
      }
    }
    return new Part(next, false);
  }

  private static boolean full(EntryBuilder entries, String line, int limit) {
    return limit < NO_LIMIT
        && (entries.count() >= limit || entries.chars() > MAX_CHARS)
        && entries.beginsEntry(line);
  }

  private LogPage newest(List<LogFile> files, boolean gap) throws IOException {
    long base = files.stream().mapToLong(LogFile::size).sum();
    List<LogLine> found = new ArrayList<>();
    @Nullable String cursor = null;
    long budget = MAX_BYTES;
    for (int at = files.size() - 1; at >= 0 && found.size() < maxLines && budget > 0; at--) {
      LogFile file = files.get(at);
      base -= file.size();
      try (FileChannel channel = open(file)) {
        boolean last = cursor == null;
        End end = end(channel, maxLines - found.size(), budget, base, !last);
        found.addAll(0, end.entries());
        budget -= end.readBytes();
        if (cursor == null) {
          cursor =
              Cursor.at(
                      channel,
                      file,
                      end.part().next(),
                      base,
                      end.part().insideLine(),
                      end.level(),
                      end.atEpochMs())
                  .encode();
        }
        if (!end.fromStart()) {
          break;
        }
      }
    }
    return new LogPage(found, cursor == null ? "" : cursor, gap);
  }

  /// The newest entries of one file.
  ///
  /// @param fromStart whether all of the file was read
  private record End(
      List<LogLine> entries,
      Part part,
      LogLevel level,
      long atEpochMs,
      boolean fromStart,
      long readBytes) {}

  private End end(FileChannel channel, int wanted, long budget, long base, boolean closed)
      throws IOException {
    long size = channel.size();
    long window = Math.min(Math.min(FIRST_WINDOW_BYTES, budget), size);
    while (true) {
      long start = size - window;
      EntryBuilder entries = new EntryBuilder(log.id(), LogLevel.UNKNOWN, -1);
      Span span = new Span(start, size, window, base, start > 0, closed);
      Part part = forward(channel, entries, span, NO_LIMIT);
      entries.finish();
      List<LogLine> lines = entries.entries();
      boolean enough = lines.size() - entries.leading() >= wanted;
      boolean all = start == 0;
      if (enough || all || window >= budget) {
        // What a window begins with may be the rest of an entry whose head is before it.
        int from = all || entries.leading() == lines.size() ? 0 : entries.leading();
        from = Math.max(from, lines.size() - wanted);
        return new End(
            List.copyOf(withinChars(lines.subList(from, lines.size()))),
            part,
            entries.level(),
            entries.atEpochMs(),
            all,
            window);
      }
      window = Math.min(Math.min(window * 4, budget), size);
    }
  }

  private static List<LogLine> withinChars(List<LogLine> lines) {
    long chars = 0;
    for (int from = lines.size() - 1; from >= 0; from--) {
      chars += lines.get(from).text().length();
      if (chars > MAX_CHARS) {
        return lines.subList(from + 1, lines.size());
      }
    }
    return lines;
  }

  private static int find(List<LogFile> files, Cursor cursor) throws IOException {
    int found = -1;
    for (int at = 0; at < files.size(); at++) {
      LogFile file = files.get(at);
      try (FileChannel channel = open(file)) {
        if (cursor.isOn(channel, file.inode(), channel.size())) {
          if (file.inode() == cursor.inode()) {
            return at;
          }
          found = at;
        }
      }
    }
    return found;
  }

  /// Opens that very file, not another one that has taken its name.
  private static FileChannel open(LogFile file) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(file.path(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException _) {
      throw new RotatedMeanwhile();
    }
    boolean same =
        LogFile.look(file.path(), false).filter(now -> now.inode() == file.inode()).isPresent();
    if (!same) {
      channel.close();
      throw new RotatedMeanwhile();
    }
    return channel;
  }

  /// The folder changed between listing and opening.
  private static final class RotatedMeanwhile extends IOException {
    private static final long serialVersionUID = 1;
  }
}

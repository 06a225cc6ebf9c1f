package org.relevo.jmx.logs;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A log that may be read: one file and what rotation makes of it, or the files of a folder whose
/// names match a pattern, the newest being written to. Symbolic links inside are not followed, so
/// that whoever may write to the folder cannot have other files shown.
///
/// @param id stable, such as `relevo` or `postgres-0`
/// @param kind `relevo`, `postgres`
/// @param nodeId -1 for the service's own
/// @param folder where its files are
/// @param pattern a glob for file names; for a single file its very name
/// @param single whether `pattern` is one file's name
public record TailedLog(
    String id, String kind, int nodeId, Path folder, String pattern, boolean single) {
  /// Older files than these are not looked for.
  private static final int MAX_FILES = 100;

  private static final int MAX_ENTRIES = 20_000;

  public TailedLog {
    if (id.isBlank() || pattern.isBlank()) {
      throw new IllegalArgumentException(
          "a log needs an id and a file: '" + id + "', '" + pattern + "'");
    }
    folder = folder.toAbsolutePath().normalize();
  }

  /// One file; `name.1`, `name-2026-01-01.log` and the like beside it are its rotated parts.
  public static TailedLog file(String id, String kind, int nodeId, Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    Path name = absolute.getFileName();
    if (parent == null || name == null) {
      throw new IllegalArgumentException("log '" + id + "' is not a file: " + file);
    }
    return new TailedLog(id, kind, nodeId, parent, name.toString(), true);
  }

  /// All files of a folder that match, such as `postgresql-*.log`.
  public static TailedLog newestOf(
      String id, String kind, int nodeId, Path folder, String pattern) {
    return new TailedLog(id, kind, nodeId, folder, pattern, false);
  }

  /// The path as shown to people.
  String shownPath() {
    return folder.resolve(pattern).toString();
  }

  /// Oldest first; the last one is being written to. Empty when there is none yet.
  List<LogFile> files() throws IOException {
    List<LogFile> found = new ArrayList<>();
    PathMatcher matcher = matcher();
    int entries = 0;
    try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
      for (Path child : children) {
        if (++entries > MAX_ENTRIES) {
          throw new IOException("more than " + MAX_ENTRIES + " files in " + folder);
        }
        Path name = child.getFileName();
        if (name != null && matcher.matches(name)) {
          LogFile.look(child, single && name.toString().equals(pattern)).ifPresent(found::add);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException _) {
      return List.of();
    }
    found.sort(
        Comparator.comparing(LogFile::active)
            .thenComparing(LogFile::modified)
            .thenComparing(file -> file.path().toString()));
    return List.copyOf(found.subList(Math.max(0, found.size() - MAX_FILES), found.size()));
  }

  private PathMatcher matcher() {
    if (!single) {
      return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    }
    int dot = pattern.lastIndexOf('.');
    String stem = dot > 0 ? pattern.substring(0, dot) : pattern;
    String extension = dot > 0 ? pattern.substring(dot) : "";
    // `relevo.log`, `relevo.log.1`, `relevo.log-20260101`, `relevo-2026-01-01.0.log`; a number must
    // follow, or `relevo-audit.log` would pass for a part of `relevo.log`. Packed ones do not
    // match.
    String number = "[-._]\\d[-._\\dTZ]*";
    Pattern own =
        Pattern.compile(
            Pattern.quote(pattern)
                + "(?:"
                + number
                + ")?|"
                + Pattern.quote(stem)
                + number
                + Pattern.quote(extension));
    return name -> own.matcher(name.toString()).matches();
  }

  /// A file as it was when looked at.
  ///
  /// @param inode the file system's number; may be used again after deletion
  /// @param active the registered file itself, not a rotated part
  record LogFile(Path path, long inode, long size, FileTime modified, boolean active) {
    static Optional<LogFile> look(Path path, boolean active) throws IOException {
      try {
        BasicFileAttributes attributes =
            Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isRegularFile()) {
          return Optional.empty();
        }
        Object inode = Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
        return Optional.of(
            new LogFile(
                path,
                ((Number) inode).longValue(),
                attributes.size(),
                attributes.lastModifiedTime(),
                active));
      } catch (NoSuchFileException _) {
        return Optional.empty(); // rotated away since the folder was listed
      }
    }
  }
}

package org.relevo.proxy.recovery;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.relevo.jmx.pgctl.FileTrees;

/// Where the tablespaces of a copy go. Each gets a folder of its own: the one asked for when that
/// is free, else one beside it, so that neither the source nor what was there before is touched.
///
/// The links in `pg_tblspc` are made before anything is copied: what a killed service leaves can be
/// found by them. A mark in each folder says that it is not whole yet; only such a one is deleted.
///
/// Owner: the thread that runs the backup.
final class Tablespaces {
  /// One outside the data directory.
  ///
  /// @param oid name of its link
  /// @param source its folder on the source
  record Place(String oid, String source, Path target) {}

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneOffset.UTC);
  private static final String LINKS = "pg_tblspc";
  private static final String MARK = "relevo.partial";

  private final Map<String, String> mapping;
  private final Map<String, Place> bySource = new LinkedHashMap<>();

  Tablespaces(Map<String, String> mapping) {
    this.mapping = mapping;
  }

  List<Place> places() {
    return new ArrayList<>(bySource.values());
  }

  /// @param source its folder on the source, as the server announces it
  Optional<Place> at(String source) {
    return Optional.ofNullable(bySource.get(source));
  }

  /// Chooses a folder; makes nothing.
  void announce(String oid, String source) throws IOException {
    if (!oid.matches("\\d{1,10}")) {
      throw new IOException("the server has a tablespace with the number '" + oid + "'");
    }
    Path wanted = Path.of(mapping.getOrDefault(source, source)).normalize();
    if (!wanted.isAbsolute() || wanted.getFileName() == null) {
      throw new IOException("the folder of a tablespace must be absolute: " + wanted);
    }
    Path target = wanted;
    for (int attempt = 0; !free(target); attempt++) {
      target =
          wanted.resolveSibling(
              "%s.relevo-%s%s"
                  .formatted(
                      wanted.getFileName(),
                      STAMP.format(Instant.now()),
                      attempt == 0 ? "" : "-" + attempt));
    }
    bySource.put(source, new Place(oid, source, target));
  }

  private static boolean free(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return true;
    }
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (DirectoryStream<Path> content = Files.newDirectoryStream(folder)) {
      return !content.iterator().hasNext();
    }
  }

  /// Makes folders and links.
  ///
  /// @param root of the copy
  void make(Path root) throws IOException {
    if (bySource.isEmpty()) {
      return;
    }
    Path links = Files.createDirectories(root.resolve(LINKS), BackupTree.PRIVATE_FOLDER);
    for (Place place : bySource.values()) {
      Files.createSymbolicLink(links.resolve(place.oid()), place.target());
      Files.createDirectories(place.target(), BackupTree.PRIVATE_FOLDER);
      Files.createFile(place.target().resolve(MARK));
    }
  }

  /// They are whole.
  void finish() throws IOException {
    for (Place place : bySource.values()) {
      Files.delete(place.target().resolve(MARK));
    }
  }

  /// Deletes the tablespaces that a copy's links name.
  ///
  /// @param root of a copy that is not whole
  static void delete(Path root) throws IOException {
    Path links = root.resolve(LINKS);
    if (!Files.isDirectory(links, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (DirectoryStream<Path> all = Files.newDirectoryStream(links)) {
      for (Path link : all) {
        if (Files.isSymbolicLink(link) && Files.exists(link.resolve(MARK))) {
          FileTrees.delete(Files.readSymbolicLink(link));
        }
      }
    }
  }
}

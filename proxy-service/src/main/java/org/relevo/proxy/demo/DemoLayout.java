package org.relevo.proxy.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.relevo.jmx.pgctl.FileTrees;

/// Where a demonstration keeps its files.
///
/// @param root absolute folder of the whole demonstration
/// @param temporary whether it is removed at the end
record DemoLayout(Path root, boolean temporary) {
  private static final String MARKER = ".relevo-demo";
  private static final List<String> OWN = List.of("nodes", "proxies", "secrets", "demo.json");

  /// A fresh folder below the system's temporary one.
  static DemoLayout inTemporaryFolder() throws IOException {
    Path root = Files.createTempDirectory("relevo-demo-").toRealPath();
    return prepared(new DemoLayout(root, true));
  }

  /// A folder of the person's choice: new, empty, or left by an earlier demonstration, whose files
  /// are then replaced.
  ///
  /// @throws IOException when it holds anything else
  static DemoLayout in(Path folder) throws IOException {
    Path root = folder.toAbsolutePath().normalize();
    Files.createDirectories(root);
    Set<String> names;
    try (Stream<Path> entries = Files.list(root)) {
      names = Set.copyOf(entries.map(Path::getFileName).map(Path::toString).toList());
    }
    if (!names.isEmpty() && !names.contains(MARKER)) {
      throw new IOException(
          "--data "
              + root
              + " is not empty and not from an earlier demo; name a new or empty folder");
    }
    DemoLayout layout = new DemoLayout(root, false);
    if (names.contains(MARKER)) {
      RunningServers.refuseIfAny(layout);
      for (String own : OWN) {
        FileTrees.delete(root.resolve(own));
      }
    }
    return prepared(layout);
  }

  private static DemoLayout prepared(DemoLayout layout) throws IOException {
    // Servers may run under another account, which must be able to reach its folder.
    Files.setPosixFilePermissions(layout.root, PosixFilePermissions.fromString("rwxr-xr-x"));
    for (Path above = layout.root.getParent(); above != null; above = above.getParent()) {
      if (isRoot() && !othersMayPass(above)) {
        throw new IOException(
            "the servers' account cannot reach "
                + layout.root
                + " because "
                + above
                + " is closed to others; choose another --data folder, such as /var/tmp/relevo");
      }
    }
    Path marker = layout.root.resolve(MARKER);
    if (!Files.exists(marker)) {
      Files.createFile(marker);
    }
    Files.createDirectories(
        layout.secrets(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.createDirectories(layout.root.resolve("nodes"));
    Files.createDirectories(layout.root.resolve("proxies"));
    return layout;
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static boolean othersMayPass(Path folder) throws IOException {
    return Files.getPosixFilePermissions(folder)
        .contains(java.nio.file.attribute.PosixFilePermission.OTHERS_EXECUTE);
  }

  Path node(int id) {
    return root.resolve("nodes").resolve(Integer.toString(id));
  }

  Path nodeData(int id) {
    return node(id).resolve("data");
  }

  Path nodeLog(int id) {
    return node(id).resolve("postgresql.log");
  }

  Path proxy(int id) {
    return root.resolve("proxies").resolve(Integer.toString(id));
  }

  Path secrets() {
    return root.resolve("secrets");
  }

  Path demoFile() {
    return root.resolve("demo.json");
  }
}

package org.relevo.proxy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Loads and links the classes that a failover or a switchover needs ahead of the need: clients
/// wait meanwhile, and the disk that the jar is on may be what has failed. They are loaded, not
/// initialised: nothing of them runs.
final class ReadyClasses {
  private static final Logger LOG = LoggerFactory.getLogger(ReadyClasses.class);
  private static final Pattern NEEDED =
      Pattern.compile(
          "org/relevo/proxy/(agent|cluster|control|consensus|coordinator|failover|health|local"
              + "|member|net|netlink|peer|pool|recovery|resource|session)/.*\\.class");

  private ReadyClasses() {}

  /// Returns at once; a thread of its own loads.
  static void load() {
    Thread thread = new Thread(ReadyClasses::run, "relevo-ready-classes");
    thread.setDaemon(true);
    thread.start();
  }

  private static void run() {
    long beginNs = System.nanoTime();
    List<String> names = names();
    int linked = 0;
    for (String name : names) {
      try {
        // Asking for the methods links the class, which is what takes time.
        int _ =
            Class.forName(name, false, ReadyClasses.class.getClassLoader())
                .getDeclaredMethods()
                .length;
        linked++;
      } catch (ClassNotFoundException | LinkageError e) {
        LOG.debug("service.class-not-ready class={}", name, e);
      }
    }
    LOG.debug(
        "service.classes-ready classes={} of={} tookMs={}",
        linked,
        names.size(),
        (System.nanoTime() - beginNs) / 1_000_000);
  }

  private static List<String> names() {
    try {
      Path source =
          Path.of(ReadyClasses.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (!Files.isRegularFile(source)) {
        return List.of(); // folders of classes, while it is developed
      }
      try (JarFile jar = new JarFile(source.toFile())) {
        return jar.stream()
            .map(entry -> entry.getName())
            .filter(name -> NEEDED.matcher(name).matches())
            .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.'))
            .toList();
      }
    } catch (IOException | URISyntaxException e) {
      LOG.debug("service.class-not-ready", e);
      return List.of();
    }
  }
}

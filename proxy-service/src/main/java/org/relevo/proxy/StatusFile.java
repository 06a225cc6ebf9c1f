package org.relevo.proxy;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.core.NodeView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `pgpool_status` for scripts and monitoring of pgpool-II: a line for each server, `up`, `down` or
/// `unused`. It is written and never read: what was taken out by hand is kept elsewhere, and a file
/// that has grown old would keep good servers out.
///
/// Owner: its own thread writes; [#close] once.
final class StatusFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatusFile.class);

  private final ClusterViews views;
  private final Path file;
  private final Semaphore changes = new Semaphore(1);
  private final ClusterViews.Subscription subscription;
  private final Thread writer;

  private StatusFile(ClusterViews views, Path folder) {
    this.views = views;
    this.file = folder.resolve("pgpool_status");
    this.subscription = views.listen(_ -> changes.release());
    this.writer = Thread.ofVirtual().name("pgpool-status").start(this::run);
  }

  static StatusFile start(ClusterViews views, Path folder) {
    return new StatusFile(views, folder);
  }

  private void run() {
    String written = "";
    try {
      while (true) {
        changes.acquire();
        changes.drainPermits();
        String text = text(views.current());
        // What could not be written is tried again with the next change of anything.
        if (!text.equals(written) && write(text)) {
          written = text;
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private boolean write(String text) {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(fresh, text);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return true;
    } catch (ClosedByInterruptException _) {
      return false; // closed
    } catch (IOException e) {
      LOG.warn("status-file.unwritten file={} reason=\"{}\"", file, e.toString());
      return false;
    }
  }

  static String text(ClusterView view) {
    return view.nodes().stream()
        .map(node -> word(node.status()) + "\n")
        .collect(Collectors.joining());
  }

  private static String word(NodeView.Status status) {
    return switch (status) {
      case UP -> "up";
      case UNUSED -> "unused";
      case DOWN, QUARANTINED, DETACHED, RECOVERING, PROMOTING, DEMOTING, MAINTENANCE -> "down";
    };
  }

  @Override
  public void close() {
    subscription.close();
    writer.interrupt();
  }
}

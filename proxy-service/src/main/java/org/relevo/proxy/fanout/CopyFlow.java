package org.relevo.proxy.fanout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.Tags;

/// COPY FROM the client to every node as one stream, as fast as the slowest takes it.
///
/// Owner: the session's thread; used once.
final class CopyFlow {
  private final FanoutSession session;
  private final Links links;
  private final Transaction transaction;
  private final ClientPort client;

  CopyFlow(FanoutSession session) {
    this.session = session;
    this.links = session.links();
    this.transaction = session.transaction();
    this.client = session.client();
  }

  boolean run(Work work) throws IOException, InterruptedException {
    long from = System.nanoTime();
    Answer begun =
        transaction.onMain(
            link -> work.forClient(link, true),
            frame -> {
              if (frame.tag() != Tags.COPY_IN_RESPONSE) {
                client.pass(frame);
              } else {
                client.out().frame(frame);
              }
            });
    if (!begun.isCopyIn()) {
      return !begun.failed();
    }
    transaction.settle();
    List<NodeLink> targets = new ArrayList<>();
    targets.add(links.main());
    for (NodeLink link : links.others()) {
      transaction.prefixOther(link);
      work.forOther(link);
      link.send();
      Answer other = link.read(_ -> {}, Mismatches.limit(System.nanoTime() - from));
      if (other.isCopyIn()) {
        targets.add(link);
      } else {
        transaction.doom(
            BackendError.of("ERROR", "XX001", link.node() + " refuses the COPY: " + other), false);
      }
    }
    session.copied();
    client.send();
    stream(targets);
    Answer main = links.main().read(client::pass);
    targets.removeFirst();
    if (!targets.isEmpty()) {
      transaction.owe(work.shown(), main, targets, System.nanoTime() - from);
    }
    return !main.failed();
  }

  /// Everything up to the end of the data. In the extended protocol a Sync follows the end, since
  /// the servers have swallowed the one that was sent ahead.
  private void stream(List<NodeLink> targets) throws IOException, InterruptedException {
    boolean more = true;
    while (more) {
      Frame frame = client.take();
      switch (frame.tag()) {
        case Tags.COPY_DATA -> {
          for (NodeLink link : targets) {
            link.out().frame(frame);
            if (link.out().size() > FanoutLimits.FLUSH_BYTES) {
              link.sendSlowly(link == links.main() ? 0 : Mismatches.limit(0));
            }
          }
        }
        case Tags.COPY_DONE, Tags.COPY_FAIL -> {
          for (NodeLink link : targets) {
            link.out().frame(frame);
            if (session.extended()) {
              link.out().sync();
            }
            link.send();
          }
          more = false;
        }
        case Tags.FLUSH, Tags.SYNC -> {
          // as PostgreSQL does
        }
        case 'X' -> throw new IOException("the client has left in a COPY");
        default -> throw new IOException("unexpected message during COPY from stdin");
      }
    }
  }
}

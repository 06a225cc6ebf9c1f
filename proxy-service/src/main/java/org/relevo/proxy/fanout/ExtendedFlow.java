package org.relevo.proxy.fanout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.relevo.proxy.wire.Tags;
import org.relevo.proxy.wire.WireException;

/// Messages of the extended protocol. They are kept up to a Sync or a Flush, then run execution by
/// execution: each with the messages that lead to it, ended by a Sync of the session's own, which
/// in a transaction changes nothing. Where a statement is not prepared on the node that is to run
/// it, it is prepared there first.
///
/// Owner: the session's thread.
final class ExtendedFlow {
  private final FanoutSession session;
  private final Runner runner;
  private final Transaction transaction;
  private final ExtendedNames names;
  private final List<Frame> batch = new ArrayList<>();
  private long bytes;
  private boolean skipping;

  ExtendedFlow(FanoutSession session, Runner runner) {
    this.session = session;
    this.runner = runner;
    this.transaction = session.transaction();
    this.names = new ExtendedNames(session);
  }

  /// Whether messages wait for their Sync.
  boolean open() {
    return skipping || !batch.isEmpty() || transaction.implicit();
  }

  /// All names are gone: DISCARD ALL, DEALLOCATE ALL.
  void forgetNames() {
    names.clear();
  }

  void add(Frame frame) {
    if (!skipping) {
      if (batch.size() > FanoutLimits.MAX_NAMES) {
        throw new WireException("more than " + FanoutLimits.MAX_NAMES + " messages before a Sync");
      }
      bytes += frame.bytes();
      if (bytes > FanoutLimits.MAX_BATCH_BYTES) {
        throw new WireException(
            "more than " + FanoutLimits.MAX_BATCH_BYTES + " bytes of messages before a Sync");
      }
      batch.add(frame);
    }
  }

  /// What has been kept, which is kept no more.
  List<Frame> take() {
    List<Frame> frames = List.copyOf(batch);
    batch.clear();
    bytes = 0;
    return frames;
  }

  /// Runs what has been kept.
  ///
  /// @param sync whether a Sync ends it
  void run(List<Frame> frames, boolean sync) throws IOException, InterruptedException {
    List<Frame> segment = new ArrayList<>();
    boolean failed = skipping;
    for (int i = 0; i < frames.size() && !failed; i++) {
      segment.add(frames.get(i));
      if (frames.get(i).tag() == Tags.EXECUTE) {
        failed = !run(segment);
        segment.clear();
      }
    }
    if (!failed && !segment.isEmpty()) {
      failed = !run(segment);
    }
    skipping = failed;
    if (failed && transaction.implicit()) {
      transaction.rollback();
    }
    if (sync) {
      skipping = false;
      session.endImplicit();
      if (transaction.idle()) {
        names.forgetPortals();
      }
    }
  }

  private boolean run(List<Frame> segment) throws IOException, InterruptedException {
    Frame last = segment.getLast();
    Step step = new Step(session, runner, names, segment);
    if (last.tag() != Tags.EXECUTE) {
      return step.prepare();
    }
    names.define(segment);
    Portal portal = names.portals().get(last.nameAt(0));
    if (portal == null) {
      return step.asIs();
    }
    if (portal.local()) {
      return step.local(portal);
    }
    return step.execute(portal);
  }
}

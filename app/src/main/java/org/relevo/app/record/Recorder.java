package org.relevo.app.record;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;
import org.jspecify.annotations.Nullable;
import org.relevo.app.model.LiveData;
import org.relevo.app.task.Tasks;

/// Writes each poll to a file until it is stopped, two hours are over or the file is full. A disk
/// that cannot follow ends the recording; it never holds the window up.
///
/// Owner: FX thread.
public final class Recorder {
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final int MOST_WAITING = 30;

  private final Tasks tasks;
  private final ReadOnlyIntegerWrapper polls = new ReadOnlyIntegerWrapper(-1);
  private final Deque<LiveData> waiting = new ArrayDeque<>();
  private Consumer<String> onEnd = _ -> {};
  private @Nullable RecordingFile file;
  private boolean writing;

  public Recorder(Tasks tasks) {
    this.tasks = tasks;
  }

  /// How many polls were written; -1 while nothing is recorded.
  public ReadOnlyIntegerProperty pollsProperty() {
    return polls.getReadOnlyProperty();
  }

  public boolean running() {
    return polls.get() >= 0;
  }

  /// @param onEnd told why it ended: "" when it was stopped or complete
  public void start(Path target, Consumer<String> onEnd) {
    if (running()) {
      return;
    }
    this.onEnd = onEnd;
    polls.set(0);
    writing = true;
    tasks.run(
        "record",
        DEADLINE,
        () -> RecordingFile.create(target),
        made -> {
          file = made;
          writing = false;
          next();
        },
        failure -> {
          writing = false;
          end(failure.toString());
        });
  }

  public void stop() {
    if (running()) {
      end("");
    }
  }

  /// A poll's answer.
  public void accept(LiveData data) {
    if (!running()) {
      return;
    }
    waiting.add(data);
    if (waiting.size() > MOST_WAITING) {
      end("the disk does not follow");
      return;
    }
    next();
  }

  private void next() {
    RecordingFile target = file;
    if (writing || target == null || waiting.isEmpty()) {
      return;
    }
    LiveData data = waiting.remove();
    writing = true;
    tasks.run(
        "record",
        DEADLINE,
        () -> {
          target.add(data);
          return target.bytes();
        },
        bytes -> {
          writing = false;
          if (!running()) {
            close(target);
            return;
          }
          polls.set(polls.get() + 1);
          if (polls.get() >= RecordingFile.MOST_POLLS || bytes > RecordingFile.MOST_BYTES) {
            end("");
          } else {
            next();
          }
        },
        failure -> {
          writing = false;
          end(failure.toString());
        });
  }

  private void end(String why) {
    RecordingFile done = file;
    file = null;
    polls.set(-1);
    waiting.clear();
    if (done != null && !writing) {
      close(done);
    }
    onEnd.accept(why);
  }

  private void close(RecordingFile done) {
    tasks.run(
        "record-end",
        DEADLINE,
        () -> {
          done.close();
          return true;
        },
        _ -> {},
        failure -> onEnd.accept(failure instanceof IOException e ? e.toString() : "late"));
  }
}

package org.relevo.app.record;

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
  private @Nullable Take present;

  /// One recording. A task of an ended one may still be on its way when the next begins, so what
  /// belongs to one file is kept together.
  private static final class Take {
    private final Consumer<String> onEnd;
    private final Deque<LiveData> waiting = new ArrayDeque<>();
    private @Nullable RecordingFile file;
    // A task has the file; at first the one that makes it.
    private boolean busy = true;
    private boolean over;
    private String why = "";

    Take(Consumer<String> onEnd) {
      this.onEnd = onEnd;
    }
  }

  public Recorder(Tasks tasks) {
    this.tasks = tasks;
  }

  /// How many polls were written; -1 while nothing is recorded.
  public ReadOnlyIntegerProperty pollsProperty() {
    return polls.getReadOnlyProperty();
  }

  public boolean running() {
    return present != null;
  }

  /// @param onEnd told once, when the file is closed, why it ended: "" when it was stopped or
  ///   complete
  public void start(Path target, Consumer<String> onEnd) {
    if (running()) {
      return;
    }
    Take take = new Take(onEnd);
    present = take;
    polls.set(0);
    tasks.run(
        "record",
        DEADLINE,
        () -> RecordingFile.create(target),
        made -> {
          take.file = made;
          free(take);
        },
        failure -> failed(take, failure));
  }

  public void stop() {
    end("");
  }

  /// A poll's answer.
  public void accept(LiveData data) {
    Take take = present;
    if (take == null) {
      return;
    }
    take.waiting.add(data);
    if (take.waiting.size() > MOST_WAITING) {
      end("the disk does not follow, " + MOST_WAITING + " polls wait to be written");
    } else if (!take.busy) {
      write(take);
    }
  }

  private void write(Take take) {
    RecordingFile target = take.file;
    if (target == null || take.waiting.isEmpty()) {
      return;
    }
    LiveData data = take.waiting.remove();
    take.busy = true;
    tasks.run(
        "record",
        DEADLINE,
        () -> {
          target.add(data);
          return target.full();
        },
        full -> {
          if (!take.over) {
            polls.set(polls.get() + 1);
            if (full || polls.get() >= RecordingFile.MOST_POLLS) {
              end("");
            }
          }
          free(take);
        },
        failure -> failed(take, failure));
  }

  /// The task that had the file is over.
  private void free(Take take) {
    take.busy = false;
    if (take.over) {
      close(take);
    } else {
      write(take);
    }
  }

  private void failed(Take take, Throwable failure) {
    if (!take.over) {
      end(failure.toString());
    } else if (take.why.isEmpty()) {
      take.why = failure.toString();
    }
    free(take);
  }

  /// The file is closed now, or by the task that has it.
  private void end(String why) {
    Take take = present;
    if (take == null) {
      return;
    }
    present = null;
    polls.set(-1);
    take.over = true;
    take.why = why;
    take.waiting.clear();
    if (!take.busy) {
      close(take);
    }
  }

  private void close(Take take) {
    RecordingFile done = take.file;
    if (done == null) {
      take.onEnd.accept(take.why);
      return;
    }
    tasks.run(
        "record-end",
        DEADLINE,
        () -> {
          done.close();
          return true;
        },
        _ -> take.onEnd.accept(take.why),
        // After a failed write closing fails too; the first reason is the one to tell.
        failure -> take.onEnd.accept(take.why.isEmpty() ? failure.toString() : take.why));
  }
}

package org.relevo.app.record;

import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleIntegerProperty;
import org.relevo.app.model.ClusterModel;
import org.relevo.app.model.ConnectionState;
import org.relevo.app.model.LiveData;
import org.relevo.app.task.Tasks;
import org.relevo.app.task.Timers;

/// Shows a recording in the model as if it were now, at any of its moments.
///
/// Owner: FX thread.
public final class Replay {
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final Duration STEP = Duration.ofSeconds(1);

  private final ClusterModel model;
  private final Tasks tasks;
  private final ReadOnlyIntegerWrapper length = new ReadOnlyIntegerWrapper();
  private final IntegerProperty position = new SimpleIntegerProperty(-1);
  private final BooleanProperty playing = new SimpleBooleanProperty();
  private List<LiveData> polls = List.of();
  private String name = "";
  private int shown = -1;
  private int perStep = 1;
  private Timers.Cancel ticker = () -> {};
  private Timers.Cancel reading = () -> {};

  public Replay(ClusterModel model, Tasks tasks) {
    this.model = model;
    this.tasks = tasks;
    position.addListener((_, _, wanted) -> seek(wanted.intValue()));
    model
        .connectionProperty()
        .addListener((_, _, now) -> {
          if (now instanceof ConnectionState.Connecting) {
            // What is being read would be shown over the cluster that is connected now.
            reading.cancel();
          }
          if (!(now instanceof ConnectionState.Replaying)) {
            end();
          }
        });
  }

  /// How many moments there are; 0 while nothing is replayed.
  public ReadOnlyIntegerProperty lengthProperty() {
    return length.getReadOnlyProperty();
  }

  /// The moment that is shown, from 0 on.
  public IntegerProperty positionProperty() {
    return position;
  }

  public BooleanProperty playingProperty() {
    return playing;
  }

  /// How many moments pass in a second while it plays.
  public void speed(int moments) {
    perStep = Math.max(1, moments);
  }

  /// When the moment that is shown was.
  public Instant at() {
    return Instant.ofEpochMilli(polls.get(Math.max(0, shown)).status().sampledAtEpochMs());
  }

  /// Reads a file and shows its first moment, in place of the file that was shown before.
  ///
  /// @param onRead ends the connection; a file that cannot be read does not cost it
  public void open(Path file, Runnable onRead, Runnable onOpen, Consumer<String> onFailure) {
    reading.cancel();
    reading =
        tasks.run(
            "replay",
            DEADLINE,
            () -> RecordingFile.read(file),
            read -> {
              onRead.run();
              begin(String.valueOf(file.getFileName()), read);
              onOpen.run();
            },
            failure -> onFailure.accept(reason(failure)));
  }

  /// Some failures of files only say a name.
  private static String reason(Throwable failure) {
    String words = failure.getMessage();
    return words == null || failure instanceof FileSystemException ? failure.toString() : words;
  }

  private void begin(String file, List<LiveData> read) {
    polls = List.copyOf(read);
    name = file;
    shown = -1;
    model.hold(true);
    model.clear();
    length.set(polls.size());
    position.set(-1);
    position.set(0);
    ticker.cancel();
    ticker = tasks.every(STEP, this::tick);
  }

  /// Ends it and forgets what was shown.
  public void close() {
    reading.cancel();
    if (polls.isEmpty()) {
      return;
    }
    end();
    model.clear();
    model.connectionProperty().set(new ConnectionState.Disconnected());
  }

  private void end() {
    ticker.cancel();
    playing.set(false);
    polls = List.of();
    length.set(0);
    shown = -1;
    model.hold(false);
  }

  private void tick() {
    if (playing.get()) {
      int wanted = Math.min(polls.size() - 1, position.get() + perStep);
      position.set(wanted);
      if (wanted == polls.size() - 1) {
        playing.set(false);
      }
    }
  }

  /// Backwards it begins anew, since each moment only has what was new in it.
  private void seek(int wanted) {
    if (polls.isEmpty() || wanted < 0 || wanted >= polls.size() || wanted == shown) {
      return;
    }
    int from = shown + 1;
    if (wanted < shown) {
      model.clear();
      from = 0;
    }
    // Only the wanted moment is shown: hours are passed over in one go.
    for (int i = from; i < wanted; i++) {
      model.remember(polls.get(i));
    }
    model.accept(polls.get(wanted));
    shown = wanted;
    model.connectionProperty().set(new ConnectionState.Replaying(name, at()));
  }
}

package org.relevo.app.frame;

import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;
import org.relevo.app.chart.SharedTime;
import org.relevo.app.model.ClusterModel;
import org.relevo.app.remote.ServiceConnection;
import org.relevo.app.task.Tasks;
import org.relevo.app.text.Texts;

/// What every screen's constructor gets.
///
/// @param time what all charts of the cluster show
/// @param connection the open connection, empty while there is none; use it inside [Tasks] only
public record AppContext(
    Supplier<Optional<ServiceConnection>> connection,
    ClusterModel model,
    Tasks tasks,
    Texts texts,
    Clock clock,
    Navigator navigator,
    SharedTime time) {}

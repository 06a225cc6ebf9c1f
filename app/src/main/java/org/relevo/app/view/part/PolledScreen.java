package org.relevo.app.view.part;

import javafx.scene.Node;
import org.relevo.app.frame.Screen;
import org.relevo.app.frame.ScreenId;

/// A screen that is a [Page] whose data a [Poller] brings while it is shown.
///
/// Owner: FX thread.
public abstract class PolledScreen implements Screen {
  private final ScreenId id;

  protected PolledScreen(ScreenId id) {
    this.id = id;
  }

  protected abstract Page page();

  protected abstract Poller<?> poller();

  @Override
  public final String id() {
    return id.id();
  }

  @Override
  public final Node root() {
    return page().root();
  }

  @Override
  public void shown() {
    poller().start();
  }

  @Override
  public void hidden() {
    poller().stop();
  }

  @Override
  public final void refresh() {
    poller().now();
  }

  @Override
  public final void togglePause() {
    page().togglePause();
  }
}

package org.relevo.app.view.switchover;

/// The sentence of a failure: the service's own words where it gave any.
public final class Reasons {
  private static final int MAX_DEPTH = 10;

  private Reasons() {}

  public static String of(Throwable failure) {
    Throwable at = failure;
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
      String message = at.getMessage();
      if (message != null && !message.isBlank()) {
        return message;
      }
      if (at.getCause() == null) {
        break;
      }
      at = at.getCause();
    }
    return at.getClass().getSimpleName();
  }
}

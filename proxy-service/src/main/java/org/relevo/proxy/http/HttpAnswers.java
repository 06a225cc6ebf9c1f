package org.relevo.proxy.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Which page a path is.
final class HttpAnswers {
  private static final String OPEN = "application/openmetrics-text; version=1.0.0; charset=utf-8";
  private static final String OLD = "text/plain; version=0.0.4; charset=utf-8";
  private static final String PLAIN = "text/plain; charset=utf-8";

  /// What is sent.
  ///
  /// @param type its content type
  record Page(int status, String type, String body) {
    static Page text(int status, String text) {
      return new Page(status, PLAIN, text + "\n");
    }
  }

  private final Scrapes scrapes;
  private final Checks checks;
  private final HttpUsers users;

  HttpAnswers(Scrapes scrapes, Checks checks, HttpUsers users) {
    this.scrapes = scrapes;
    this.checks = checks;
    this.users = users;
  }

  static String path(String uri) {
    int query = uri.indexOf('?');
    return query < 0 ? uri : uri.substring(0, query);
  }

  /// @param accepted the request's header
  /// @param authorization the request's header, null without
  CompletionStage<Page> page(String uri, String accepted, @Nullable String authorization) {
    return switch (path(uri)) {
      case "/metrics" -> figures(accepted, authorization);
      case "/health/live" -> now(checks.live());
      case "/health/ready" -> now(checks.ready());
      case "/primary" -> now(checks.primary());
      case "/replica" -> now(checks.replica());
      case "/leader" -> now(checks.leader());
      case "/" ->
          CompletableFuture.completedFuture(
              Page.text(200, "/metrics /health/live /health/ready /primary /replica /leader"));
      default -> CompletableFuture.completedFuture(Page.text(404, "not found"));
    };
  }

  private static CompletionStage<Page> now(Checks.Answer answer) {
    return CompletableFuture.completedFuture(Page.text(answer.yes() ? 200 : 503, answer.text()));
  }

  private CompletionStage<Page> figures(String accepted, @Nullable String authorization) {
    if (!users.admits(authorization)) {
      return CompletableFuture.completedFuture(Page.text(401, "who are you?"));
    }
    boolean open = accepted.contains("application/openmetrics-text");
    return scrapes.now().thenApply(all -> new Page(200, open ? OPEN : OLD, all.text(open)));
  }
}

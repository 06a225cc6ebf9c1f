package org.relevo.proxy.alerts;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.relevo.jmx.contract.AlertInfo;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/// A POST with the alert as JSON.
///
/// @param limit of all of it: connection, answer and the answer's body
record WebhookTarget(URI address, Duration limit) implements AlertTarget {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY).build();

  WebhookTarget(URI address) {
    this(address, LIMIT);
  }

  @Override
  public String name() {
    return "webhook";
  }

  @Override
  public void tell(AlertBook.Telling telling, Sender sender)
      throws IOException, InterruptedException {
    AlertInfo alert = telling.alert();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("status", telling.change().name().toLowerCase(Locale.ROOT));
    fields.put("cluster", sender.cluster());
    fields.put("proxy", sender.proxy());
    fields.put("host", sender.host());
    fields.put("id", alert.id());
    fields.put("rule", alert.rule());
    fields.put("subject", alert.subject());
    fields.put("severity", alert.severity().name());
    fields.put("sinceEpochMs", alert.sinceEpochMs());
    fields.put("clearedAtEpochMs", alert.clearedAtEpochMs());
    fields.put("text", alert.text());
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .timeout(limit)
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    JSON.writeValueAsString(fields), StandardCharsets.UTF_8))
            .build();
    // The request's own limit ends with the answer's head; an answer's body may have no end.
    HttpClient client = HttpClient.newBuilder().connectTimeout(limit).build();
    try {
      HttpResponse<Void> answer =
          client
              .sendAsync(request, HttpResponse.BodyHandlers.discarding())
              .get(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (answer.statusCode() / 100 != 2) {
        throw new IOException("the webhook answers " + answer.statusCode());
      }
    } catch (TimeoutException e) {
      throw new IOException("the webhook takes longer than " + limit.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      throw new IOException("the webhook cannot be told: " + e.getCause(), e);
    } finally {
      client.shutdownNow();
    }
  }
}

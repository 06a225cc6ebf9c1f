package org.relevo.app.view.part;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.relevo.app.model.ConnectionState;

class DataStateTest {
  private static final ConnectionState CONNECTED =
      new ConnectionState.Connected("127.0.0.1:9899", Instant.EPOCH);

  @Test
  void aConnectionWithoutAnAnswerIsLoading() {
    assertThat(DataState.of(CONNECTED, false, Duration.ZERO))
        .isEqualTo(new DataState.Loading("127.0.0.1:9899"));
    assertThat(DataState.of(new ConnectionState.Connecting("a:1"), true, Duration.ZERO))
        .isEqualTo(new DataState.Loading("a:1"));
  }

  @Test
  void ageDecidesWhatAConnectedScreenMayClaim() {
    assertThat(DataState.of(CONNECTED, true, Duration.ofSeconds(2)).current()).isTrue();
    assertThat(DataState.of(CONNECTED, true, Duration.ofSeconds(3)))
        .isEqualTo(new DataState.Stale(Duration.ofSeconds(3)));
    DataState silent = DataState.of(CONNECTED, true, Duration.ofSeconds(6));
    assertThat(silent).isEqualTo(new DataState.Silent(Duration.ofSeconds(6)));
    assertThat(silent.current()).isFalse();
  }

  @Test
  void aLostConnectionIsNeverCurrent() {
    ConnectionState lost =
        new ConnectionState.Lost("a:1", Instant.EPOCH, "reset by peer", Instant.EPOCH);
    DataState state = DataState.of(lost, true, Duration.ZERO);
    assertThat(state).isEqualTo(new DataState.Lost(Instant.EPOCH, "reset by peer"));
    assertThat(state.current()).isFalse();
  }
}

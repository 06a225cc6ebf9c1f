package org.relevo.proxy.lab;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;

/// Scenarios of a cluster whose service address is sampled all the time.
abstract class AddressCase extends LabCase {
  private @Nullable AddressWatch watch;

  @BeforeEach
  void watch() throws Exception {
    if (watch == null) {
      watch = new AddressWatch(lab().network(), lab().folder());
    }
  }

  @AfterAll
  void closeWatch() {
    if (watch != null) {
      watch.close();
    }
  }

  AddressWatch sampled() {
    return Objects.requireNonNull(watch);
  }
}

package org.relevo.proxy.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class StopSwitchTest {
  private final StopSwitch stop = new StopSwitch();

  @Test
  void interruptsAtOnceWhileNothingIsUnderWay() {
    stop.ask(Thread.currentThread());
    assertThat(Thread.interrupted()).isTrue();
    assertThatThrownBy(stop::begins).isInstanceOf(InterruptedException.class);
  }

  @Test
  void interruptsBehindWhatIsUnderWay() throws Exception {
    stop.begins();
    stop.ask(Thread.currentThread());
    assertThat(Thread.interrupted()).isFalse();
    stop.ends();
    assertThat(Thread.interrupted()).isTrue();
  }
}

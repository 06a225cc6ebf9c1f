package org.relevo.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.server.VarSet;
import org.relevo.proxy.wire.ByteString;
import org.relevo.proxy.wire.StartupRequest;

class LoopShardTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final AtomicInteger processIds = new AtomicInteger(Integer.MAX_VALUE - 1);
  private final LoopShard shard = new LoopShard(channel.eventLoop(), 0, 1, processIds);

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  @Test
  void scratchIsAlwaysLongEnough() {
    for (int length = 0; length < 300_000; length += length < 5000 ? 1 : 911) {
      assertThat(shard.scratch(length).length).as("for %d", length).isGreaterThanOrEqualTo(length);
    }
    for (int power = 10; power < 25; power++) {
      for (int length = (1 << power) - 1; length <= (1 << power) + 1; length++) {
        assertThat(shard.scratch(length).length).isBetween(length, Math.max(1 << 16, 4 << power));
      }
    }
  }

  @Test
  void largeScratchIsNotKept() {
    byte[] kept = shard.scratch(60_000);
    assertThat(shard.scratch(60_000)).isSameAs(kept);
    assertThat(shard.scratch(10)).isSameAs(kept);
    byte[] large = shard.scratch(1 << 20);
    assertThat(shard.scratch(10)).isSameAs(kept);
    assertThat(shard.scratch(1 << 20)).isNotSameAs(large);
  }

  @Test
  void equalSettingsAreOneObject() {
    VarSet first = VarSet.of(Map.of("a", "1"));
    assertThat(shard.intern(first)).isSameAs(first);
    assertThat(shard.intern(VarSet.of(Map.of("a", "1")))).isSameAs(first);
    for (int i = 0; i < 10_000; i++) {
      VarSet other = VarSet.of(Map.of("b", "" + i));
      assertThat(shard.intern(other)).isEqualTo(other);
    }
  }

  @Test
  void processIdsAreNeverNegative() {
    for (int i = 0; i < 4; i++) {
      assertThat(shard.nextProcessId()).isNotNegative();
    }
  }

  @Test
  void aGreetingIsForTheSameStartUpOnly() {
    VarSet settings = VarSet.of(Map.of("datestyle", "ISO"));
    VarSet reported = VarSet.of(Map.of("server_version", "18"));
    shard.learnGreeting(startup("ana", "app"), settings, reported);
    assertThat(shard.greeting(startup("ana", "app"), settings)).isEqualTo(reported);
    assertThat(shard.greeting(startup("ben", "app"), settings)).isNull();
    assertThat(shard.greeting(startup("ana", "other"), settings)).isNull();
    assertThat(shard.greeting(startup("ana", "app"), VarSet.EMPTY)).isNull();
    shard.forgetGreetings();
    assertThat(shard.greeting(startup("ana", "app"), settings)).isNull();
  }

  private static StartupRequest.Startup startup(String user, String database) {
    return new StartupRequest.Startup(
        0, Map.of("user", user, "database", database), ByteString.copyOf(new byte[0]));
  }
}

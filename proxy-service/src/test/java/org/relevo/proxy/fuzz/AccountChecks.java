package org.relevo.proxy.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.relevo.proxy.server.Outstanding;
import org.relevo.proxy.server.OutstandingOwner;
import org.relevo.proxy.wire.Tags;

/// The account of outstanding answers under messages in any order: each byte is one message, from
/// the server when its highest bit is set.
final class AccountChecks {
  static final List<byte[]> SEEDS =
      List.of(
          Codec.bytes("\332QQ\332\332"),
          Codec.bytes("\332PBES\305\332"),
          Codec.bytes("\332QdcS\307\332"),
          Codec.bytes("\332PBEdS\307c\332S\332"));

  private AccountChecks() {}

  /// The account is never negative, knows no boundary while something is owed, and a server that
  /// answers all that it owes brings it to the boundary or to an open batch.
  static void account(byte[] bytes) {
    Outstanding account = new Outstanding(new Notes());
    for (byte message : bytes) {
      byte tag = (byte) (message & 0x7F);
      if (message >= 0) {
        account.sent(tag);
      } else if (tag == Tags.READY_FOR_QUERY) {
        account.ready((byte) 'I');
      } else {
        account.received(tag);
      }
      assertThat(account.owed()).isNotNegative();
      assertThat(account.atBoundary() && account.owed() > 0).isFalse();
    }
    int owed = account.owed();
    for (int i = 0; i < owed; i++) {
      account.ready((byte) 'I');
    }
    assertThat(account.owed()).isZero();
    assertThat(account.atBoundary() || account.inBatch()).isTrue();
  }

  /// Nobody wants to know.
  private static final class Notes implements OutstandingOwner {
    @Override
    public void done(byte kind, Object note) {}

    @Override
    public void skipped(byte kind, Object note) {}

    @Override
    public void spared(byte kind) {}
  }
}

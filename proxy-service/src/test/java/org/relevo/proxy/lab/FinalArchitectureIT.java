package org.relevo.proxy.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The end of the article of 2009: two machines, one address; the first is destroyed, `psql` by the
/// address goes on, and the first comes back without taking anything over.
class FinalArchitectureIT extends LabCase {
  @Override
  LabPlan plan() {
    return LabAddress.plan(true).with("service_preferred_member", "a");
  }

  private String psql(String sql) throws IOException {
    return LabAddress.psql(lab().network(), sql);
  }

  @Test
  void nodeOneIsDestroyedAndComesBack() throws Exception {
    try (AddressWatch watch = new AddressWatch(lab().network(), lab().folder())) {
      LabMember one = lab().member("a");
      LabMember two = lab().member("b");
      assertThat(LabAddress.holder(lab(), watch)).isSameAs(one);
      LabControl.awaitProvable(two);
      psql("CREATE TABLE accounts (n int)");
      psql("INSERT INTO accounts VALUES (1)");

      one.killAll();
      Patience.until("psql writes again", () -> psql("INSERT INTO accounts VALUES (2)") != null);
      assertThat(psql("SELECT count(DISTINCT n) FROM accounts")).isEqualTo("2");
      assertThat(watch.now()).containsExactly(two.name);

      one.launch();
      one.awaitService();
      lab().awaitCalm();
      assertThat(lab().primary()).isSameAs(two);
      Patience.until(
          "node one offers itself",
          () -> LabAddress.groups(two).getFirst().could().contains(one.name));
      assertThat(watch.now()).isEqualTo(Set.of(two.name));
      psql("INSERT INTO accounts VALUES (3)");
      Patience.until(
          "node one follows", () -> one.ask("SELECT count(DISTINCT n) FROM accounts").equals("3"));
      assertThat(watch.doubles()).as(watch.told()).isEmpty();
    }
  }
}

package org.relevo.proxy.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.ServiceGroup;
import org.relevo.proxy.testkit.JavaProgram;

/// Programs go with the address: started after it in order, stopped in reverse, moved when they
/// fail too often.
class ResourceGroupIT extends LabCase {
  private @Nullable Path scripts;

  private Path scripts() {
    if (scripts == null) {
      try {
        Path folder = Files.createTempDirectory("relevo-resources-");
        Path script = folder.resolve("service");
        // `broken` beside it makes it fail on a machine.
        Files.writeString(
            script,
            """
            #!/bin/sh
            folder=%s
            machine=$(ip -4 -o addr show dev eth0 scope global \
              | awk 'NR==1 {print $4}' | cut -d/ -f1)
            state=$folder/$1.$machine
            case $2 in
              start)
                [ ! -e "$folder/broken.$machine" ] || exit 1
                echo "$1 start $machine" >>"$folder/log"
                touch "$state" ;;
              stop)
                [ -e "$state" ] && echo "$1 stop $machine" >>"$folder/log"
                rm -f "$state" ;;
              status) [ -e "$state" ] && [ ! -e "$folder/broken.$machine" ] || exit 3 ;;
            esac
            """
                .formatted(folder));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        scripts = folder;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return scripts;
  }

  @Override
  LabPlan plan() {
    String script = scripts().resolve("service").toString();
    return LabAddress.plan(true)
        .with("service_resources", script + "::one " + script + "::two")
        .with("resource_monitor_period", "1s")
        .with("resource_restarts", "1");
  }

  private List<String> log() throws IOException {
    Path log = scripts().resolve("log");
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  private LabMember holder() {
    Patience.until(
        ClusterLab.SETTLED,
        () -> "no holder; " + lab().told(),
        () -> lab().nodes().stream().anyMatch(each -> started(each)));
    return lab().nodes().stream().filter(each -> started(each)).findFirst().orElseThrow();
  }

  private static boolean started(LabMember at) {
    try {
      ServiceGroup group = LabAddress.groups(at).getFirst();
      return group.holder().equals(at.name) && group.state().equals("started");
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  @Order(1)
  void theyStartInOrderAndStopInReverse() throws Exception {
    LabMember from = holder();
    LabMember to = LabAddress.other(lab(), from);
    assertThat(log()).containsExactly("one start " + from.address, "two start " + from.address);
    LabAddress.move(from, to.name);
    Patience.until("it runs at the other", () -> started(to));
    assertThat(log().subList(2, 6))
        .containsExactly(
            "two stop " + from.address,
            "one stop " + from.address,
            "one start " + to.address,
            "two start " + to.address);
  }

  @Test
  @Order(2)
  void whatAKilledServiceLeavesIsStoppedByItsUnit() throws Exception {
    LabMember from = holder();
    assertThat(from.cleanUp().awaitEnd(60)).as("beside a service that runs").isNotZero();
    int before = log().size();
    from.killService();
    JavaProgram cleanUp = from.cleanUp();
    assertThat(cleanUp.awaitEnd(60)).as(cleanUp.errors()).isZero();
    assertThat(log().stream().skip(before).filter(each -> each.endsWith(from.address)))
        .containsExactly("two stop " + from.address, "one stop " + from.address);
    assertThat(lab().network().ip(from.name, "addr show dev eth0"))
        .doesNotContain(lab().network().net() + LabAddress.LAST);
    from.launch();
    from.awaitService();
    lab().awaitServed();
    lab().awaitCalm();
  }

  @Test
  @Order(3)
  void whatFailsTooOftenGoesToTheOther() throws Exception {
    LabMember from = holder();
    LabMember to = LabAddress.other(lab(), from);
    Files.createFile(scripts().resolve("broken." + from.address));
    Patience.until(
        ClusterLab.SETTLED, () -> "not at " + to + "; " + lab().told(), () -> started(to));
    assertThat(LabAddress.groups(from).getFirst().state()).isEqualTo("failed");
    assertThat(LabAddress.groups(from).getFirst().could()).containsExactly(to.name);
  }
}

package org.relevo.jmx.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.relevo.jmx.contract.ClusterStatus;
import org.relevo.jmx.contract.ConsistencyReport;
import org.relevo.jmx.contract.ConsistencyState;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.NodeRole;
import org.relevo.jmx.contract.NodeStatus;
import org.relevo.jmx.contract.PoolInfo;
import org.relevo.jmx.contract.ServiceGroup;

@Timeout(120)
class CheckMainTest extends CtlFixture {
  private record Checked(int code, String line) {}

  private static Checked check(String... args) {
    StringWriter out = new StringWriter();
    int code = CheckMain.execute(args, new PrintWriter(out));
    assertThat(out.toString().lines()).hasSize(1);
    return new Checked(code, out.toString().strip());
  }

  private static Checked on(String what, String... more) {
    String[] args = java.util.Arrays.copyOf(more, more.length + 3);
    args[more.length] = what;
    args[more.length + 1] = "--data";
    args[more.length + 2] = data.toString();
    return check(args);
  }

  private static NodeInfo node(int id, NodeRole role, NodeStatus status, long lag) {
    return new NodeInfo(
        id,
        "pg" + id,
        "h" + id,
        5432,
        role,
        status,
        "as it is",
        0,
        1,
        "",
        "",
        lag,
        0,
        "18",
        "1",
        "",
        false,
        0);
  }

  private static void answer(int primary, NodeInfo... nodes) {
    service.answer("getNodes", List.of(nodes));
    service.answer("getStatus", new ClusterStatus("c", "p", "1", "m", 1, primary, false, "", 0, 0));
  }

  @Test
  void nodesAndLag() {
    answer(
        0,
        node(0, NodeRole.PRIMARY, NodeStatus.UP, 0),
        node(1, NodeRole.STANDBY, NodeStatus.UP, 1000));
    assertThat(on("nodes").line()).startsWith("RELEVO NODES OK - 2 of 2").contains("| primary=1");
    assertThat(on("lag"))
        .isEqualTo(
            new Checked(
                0,
                "RELEVO LAG OK - the furthest standby is 1000 bytes behind |"
                    + " lag_1=1000B;16777216;268435456"));
    assertThat(on("lag", "-w", "500").code()).isEqualTo(1);
    assertThat(on("lag", "-w", "500", "-c", "1000").code()).isEqualTo(2);
    answer(
        0,
        node(0, NodeRole.PRIMARY, NodeStatus.UP, 0),
        node(1, NodeRole.UNKNOWN, NodeStatus.DOWN, -1));
    assertThat(on("nodes").code()).isEqualTo(1);
    answer(-1, node(0, NodeRole.UNKNOWN, NodeStatus.DOWN, -1));
    assertThat(on("nodes").line()).startsWith("RELEVO NODES CRITICAL - there is no primary");
    answer(0, node(0, NodeRole.STANDBY, NodeStatus.RECOVERING, -1));
    assertThat(on("recovery", "-w", "1", "-c", "2").code()).isEqualTo(2);
  }

  @Test
  void poolConsistencyAndCertificate() {
    service.answer("getInfo", new PoolInfo(9, 3, 4, 0, 0, 0, 0, 0, 0, 0));
    assertThat(on("pool").code()).isEqualTo(1);
    assertThat(on("pool", "-w", "5").code()).isZero();
    service.answer(
        "getLastReport",
        new ConsistencyReport(1, ConsistencyState.DIFFERENT, "d", 0, 0, "", 0, List.of(), ""));
    assertThat(on("consistency").code()).isEqualTo(2);
    assertThat(on("certificate").line()).matches("RELEVO CERTIFICATE OK - .* \\| days=\\d+;30;7");
    assertThat(on("certificate", "-c", "100000").code()).isEqualTo(2);
  }

  private static ServiceGroup group(String name, String holder, String state, String reason) {
    return new ServiceGroup(name, holder, "", 1, List.of("m0"), state, reason, List.of());
  }

  @Test
  void somebodyHasToHaveTheServiceAddress() {
    service.answer("getGroups", List.of(group("service", "m1", "stopped", "")));
    assertThat(on("address")).isEqualTo(new Checked(0, "RELEVO ADDRESS OK - m1 has service"));
    service.answer(
        "getGroups",
        List.of(group("service", "m1", "stopped", ""), group("b", "m1", "failed", "stuck")));
    assertThat(on("address"))
        .isEqualTo(new Checked(1, "RELEVO ADDRESS WARNING - b failed here (stuck), m1 has it"));
    service.answer("getGroups", List.of(group("service", "", "failed", "no carrier")));
    assertThat(on("address"))
        .isEqualTo(new Checked(2, "RELEVO ADDRESS CRITICAL - nobody has service (no carrier)"));
    service.answer("getGroups", List.of());
    answer(-1, node(0, NodeRole.UNKNOWN, NodeStatus.DOWN, -1));
    assertThat(on("address").code()).isEqualTo(2);
  }

  @Test
  void whatCannotBeCheckedIsUnknownAndASilentServiceIsCritical() {
    assertThat(on("weather").code()).isEqualTo(3);
    assertThat(check("nodes").code()).isEqualTo(3);
    assertThat(check("--nonsense").code()).isEqualTo(3);
    assertThat(
            check(
                    "nodes",
                    "--connect",
                    "127.0.0.1:1",
                    "--user",
                    "monitor",
                    "--password-file",
                    data.resolve("jmx/password").toString())
                .code())
        .isEqualTo(2);
  }
}

package org.relevo.app.testkit;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.relevo.jmx.client.MissingMBeanException;
import org.relevo.jmx.contract.AlertInfo;
import org.relevo.jmx.contract.AlertsMXBean;
import org.relevo.jmx.contract.ConfigChange;
import org.relevo.jmx.contract.ConfigMXBean;
import org.relevo.jmx.contract.ConfigOutcome;
import org.relevo.jmx.contract.ConfigSetting;
import org.relevo.jmx.contract.ControlMXBean;
import org.relevo.jmx.contract.ControlStatus;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.contract.NodeStatus;
import org.relevo.jmx.contract.OperationStep;
import org.relevo.jmx.contract.RecoveryMXBean;
import org.relevo.jmx.contract.RecoveryState;
import org.relevo.jmx.contract.RecoveryStatus;
import org.relevo.jmx.contract.StepState;
import org.relevo.jmx.contract.WalArchiving;

/// The management beans of a [ScriptedService]: a recovery that goes on when the test says so,
/// alerts, settings, and maintenance mode.
///
/// Owner: the FX thread, where the fixture's work runs.
public final class ScriptedManagement {
  static final List<String> STEPS = List.of("check", "copy", "catch up", "attach");

  private final TestClock clock;
  private final ScriptedService service;
  private final List<String> calls = new ArrayList<>();
  private final List<AlertInfo> active = new ArrayList<>();
  private final List<RecoveryStatus> recoveries = new ArrayList<>();
  private boolean controls;
  private boolean paused;
  private boolean archiving;
  private long scheduledAt = -1;
  private int scheduledTo = -1;
  private final List<ConfigChange> waiting = new ArrayList<>();
  private final List<ConfigSetting> added = new ArrayList<>();
  private String lastText = "";
  private String refusal = "";
  private int recoveryStep = -1;

  ScriptedManagement(TestClock clock, ScriptedService service) {
    this.clock = clock;
    this.service = service;
  }

  /// Acts that were asked for, in order.
  public List<String> calls() {
    return List.copyOf(calls);
  }

  /// From now on there is a Control bean.
  public void controls() {
    controls = true;
  }

  /// What the dry run of a recovery is refused with; "" for nothing.
  public void refuse(String why) {
    refusal = why;
  }

  public void alert(long id, LogLevel severity, String rule, String text) {
    active.add(new AlertInfo(id, rule, "pgsql2", severity, clock.millis() - 95_000, -1, "", text));
  }

  /// The running recovery begins its next step, or ends after the last.
  public void nextRecoveryStep() {
    recoveryStep++;
    RecoveryStatus now = recoveries.getFirst();
    boolean ended = recoveryStep == STEPS.size();
    if (ended) {
      service.node(now.nodeId(), NodeStatus.UP, "streams from pgsql1");
    }
    recoveries.set(0, recovery(now, ended ? RecoveryState.SUCCEEDED : RecoveryState.RUNNING));
  }

  private RecoveryStatus recovery(RecoveryStatus old, RecoveryState state) {
    List<OperationStep> steps = new ArrayList<>();
    for (int i = 0; i < STEPS.size(); i++) {
      StepState look =
          i < recoveryStep
              ? StepState.DONE
              : i == recoveryStep ? StepState.RUNNING : StepState.PENDING;
      steps.add(
          new OperationStep(
              i + 1,
              STEPS.get(i),
              old.nodeId(),
              look,
              i == 1 ? "base backup from pgsql1, verified" : "",
              look == StepState.PENDING ? -1 : old.startedAtEpochMs() + i * 900L,
              look == StepState.DONE ? old.startedAtEpochMs() + (i + 1) * 900L : -1));
    }
    boolean running = state == RecoveryState.RUNNING;
    return new RecoveryStatus(
        old.id(),
        old.nodeId(),
        old.sourceNodeId(),
        "standby",
        state,
        STEPS.get(Math.min(recoveryStep, STEPS.size() - 1)),
        recoveryStep == 1 ? 41_000_000 : recoveryStep > 1 ? 93_000_000 : -1,
        93_000_000,
        running ? 23_000_000 : -1,
        running ? 2 : -1,
        recoveryStep > 2 ? 0 : -1,
        old.startedAtEpochMs(),
        running ? -1 : clock.millis(),
        old.actor(),
        old.reason(),
        steps,
        running ? "" : "pgsql2 is in use again");
  }

  private String begin(int node, String reason) {
    String id = "r-" + (recoveries.size() + 1);
    recoveryStep = 0;
    service.node(node, NodeStatus.RECOVERING, "recovery " + id);
    RecoveryStatus empty =
        new RecoveryStatus(
            id,
            node,
            0,
            "standby",
            RecoveryState.RUNNING,
            "",
            -1,
            -1,
            -1,
            -1,
            -1,
            clock.millis(),
            -1,
            "admin",
            reason,
            List.of(),
            "");
    recoveries.addFirst(recovery(empty, RecoveryState.RUNNING));
    return id;
  }

  RecoveryMXBean recovery() {
    return bean(
        RecoveryMXBean.class,
        Map.of(
            "getRecoveries",
            _ -> List.copyOf(recoveries),
            "recovery",
            a -> recoveries.stream().filter(r -> r.id().equals(a[0])).findFirst().orElseThrow(),
            "plan",
            a -> {
              if (!refusal.isEmpty()) {
                throw new IllegalStateException(refusal);
              }
              return STEPS.stream().map(s -> s + ": what " + s + " does on " + a[0]).toList();
            },
            "recover",
            a -> {
              calls.add("recover " + a[0] + " " + a[1]);
              return begin((int) a[0], (String) a[2]);
            },
            "cancel",
            a -> calls.add("cancel " + a[0]),
            "detach",
            a -> {
              calls.add("detach " + a[0]);
              service.node((int) a[0], NodeStatus.DETACHED, "detached by admin");
              return true;
            },
            "attach",
            a -> {
              calls.add("attach " + a[0]);
              service.node((int) a[0], NodeStatus.UP, "");
              return true;
            },
            "walArchiving",
            _ -> archiving(),
            "setWalArchiving",
            a -> {
              archiving = (boolean) a[0];
              return archiving();
            }));
  }

  private WalArchiving archiving() {
    return new WalArchiving(
        0, archiving, "on", "cp %p /srv/wal/%f", "/srv/wal", archiving ? 12 : 0, 0, -1, "", 0, "");
  }

  ControlMXBean control() {
    if (!controls) {
      return absent(ControlMXBean.class);
    }
    return bean(
        ControlMXBean.class,
        Map.of(
            "getStatus",
            _ -> status(),
            "getHistory",
            _ -> List.of(),
            "failover",
            a -> {
              calls.add((((boolean) a[2]) ? "try " : "") + "failover " + a[0] + " " + a[1]);
              return "";
            },
            "scheduleSwitchover",
            a -> {
              scheduledTo = (int) a[0];
              scheduledAt = (long) a[1];
              return calls.add("schedule " + scheduledTo + " " + scheduledAt);
            },
            "cancelScheduled",
            _ -> {
              scheduledAt = -1;
              scheduledTo = -1;
              return calls.add("unschedule");
            },
            "maintenance",
            a -> {
              paused = (boolean) a[0];
              return calls.add("maintenance " + paused);
            }));
  }

  private ControlStatus status() {
    return new ControlStatus(
        "db-a",
        true,
        "db-a",
        3,
        9000,
        true,
        paused,
        7,
        0,
        7,
        "quorum",
        1,
        List.of(1),
        true,
        "",
        "",
        "",
        scheduledAt,
        scheduledTo,
        "",
        "",
        List.of(),
        List.of());
  }

  AlertsMXBean alerts() {
    return bean(
        AlertsMXBean.class,
        Map.of(
            "getActive",
            _ -> List.copyOf(active),
            "getHistory",
            _ -> List.of(),
            "getTargets",
            _ -> List.of("syslog"),
            "acknowledge",
            a -> {
              active.replaceAll(x ->
                  x.id() == (long) a[0]
                      ? new AlertInfo(
                          x.id(),
                          x.rule(),
                          x.subject(),
                          x.severity(),
                          x.sinceEpochMs(),
                          -1,
                          "admin",
                          x.text())
                      : x);
              return true;
            }));
  }

  ConfigMXBean config() {
    return bean(
        ConfigMXBean.class,
        Map.of(
            "getFile",
            _ -> "/etc/relevo/relevo.conf",
            "getSettings",
            _ -> settings(),
            "check",
            _ -> new ConfigOutcome(false, changes(), List.of(), List.of()),
            "checkText",
            a -> {
              lastText = (String) a[0];
              return ((String) a[0]).contains("nonsense")
                  ? new ConfigOutcome(
                      false, List.of(), List.of("relevo.conf:2: nonsense: unknown"), List.of())
                  : new ConfigOutcome(
                      false,
                      List.of(new ConfigChange("backend_hostname2", "", "db3", true)),
                      List.of(),
                      List.of("ignored: memory_cache_enabled (pgpool.conf:3): no cache here"));
            },
            "reload",
            _ -> {
              calls.add("reload");
              return new ConfigOutcome(true, changes(), List.of(), List.of());
            }));
  }

  private List<ConfigChange> changes() {
    List<ConfigChange> all = new ArrayList<>(waiting);
    all.add(new ConfigChange("pool_mode", "session", "transaction", false));
    return all;
  }

  /// The text that was checked last.
  public String lastText() {
    return lastText;
  }

  /// The person wrote the new node's settings into the file; the service was not started anew yet.
  public void settingsWritten() {
    waiting.add(new ConfigChange("backend_hostname2", "", "db3", true));
  }

  /// The service was started anew: the settings count.
  public void settingsCount() {
    waiting.clear();
    added.add(
        new ConfigSetting(
            "", "backend_hostname2", "db3", "", "relevo.conf:9", false, false, "A server."));
  }

  private List<ConfigSetting> settings() {
    List<ConfigSetting> all = new ArrayList<>(added);
    all.add(
        new ConfigSetting(
            "", "port", "5433", "9999", "relevo.conf:3", false, true, "Where clients connect."));
    all.add(
        new ConfigSetting(
            "", "pool_mode", "session", "session", "", true, false, "How connections are shared."));
    return all;
  }

  /// What this service does not have: every call says so.
  static <T> T absent(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, _, _) -> {
              throw new MissingMBeanException("there is no " + type.getSimpleName(), null);
            }));
  }

  private static <T> T bean(Class<T> type, Map<String, Function<Object[], Object>> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              Object answer =
                  Optional.ofNullable(answers.get(method.getName()))
                      .orElseThrow(() -> new UnsupportedOperationException(method.getName()))
                      .apply(arguments);
              return method.getReturnType() == void.class ? null : answer;
            }));
  }
}

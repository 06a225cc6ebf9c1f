package org.relevo.jmx.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.ObjectName;
import javax.management.openmbean.ArrayType;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.relevo.jmx.contract.ObjectNames;
import org.relevo.jmx.testkit.FakeService;

@Timeout(180)
class MBeanCommandTest extends CtlFixture {
  /// Whatever the contract has can be asked for and done from a terminal.
  @Test
  void everyOperationAndAttributeIsReachable() throws Exception {
    List<String> failed = new ArrayList<>();
    int operations = 0;
    for (Map.Entry<ObjectName, Class<?>> bean : FakeService.BEANS.entrySet()) {
      String name = bean.getKey().getKeyPropertyListString().replaceFirst("^type=", "");
      for (MBeanOperationInfo operation :
          service.mbeans.getMBeanInfo(bean.getKey()).getOperations()) {
        List<String> words = new ArrayList<>(List.of("mbean", "call", name, operation.getName()));
        for (MBeanParameterInfo parameter : operation.getSignature()) {
          words.add(sample(parameter));
        }
        words.add("--json");
        Result result = onData(words.toArray(String[]::new));
        operations++;
        if (result.exitCode() != 0) {
          failed.add(words + ": " + result.err());
        }
      }
      Result all = onData("mbean", "get", name);
      for (MBeanAttributeInfo each : service.mbeans.getMBeanInfo(bean.getKey()).getAttributes()) {
        if (!all.json().has(each.getName())) {
          failed.add(name + " " + each.getName());
        }
      }
    }
    assertThat(failed).isEmpty();
    assertThat(operations).isGreaterThan(30);
  }

  private static String sample(MBeanParameterInfo parameter) throws ClassNotFoundException {
    return switch (parameter.getType()) {
      case "boolean" -> "true";
      case "javax.management.openmbean.CompositeData" ->
          sample((OpenType<?>) parameter.getDescriptor().getFieldValue("openType"));
      case "java.lang.String" -> {
        // An enum travels as its name; the descriptor says which it is.
        Object original = parameter.getDescriptor().getFieldValue("originalType");
        Class<?> type = original == null ? String.class : Class.forName(original.toString());
        yield type.isEnum() ? type.getEnumConstants()[0].toString() : "x";
      }
      default -> "1";
    };
  }

  private static String sample(OpenType<?> type) {
    return switch (type) {
      case CompositeType record ->
          record.keySet().stream()
              .map(key -> "\"%s\": %s".formatted(key, sample(record.getType(key))))
              .collect(Collectors.joining(", ", "{", "}"));
      case ArrayType<?> array -> "[%s]".formatted(sample(array.getElementOpenType()));
      default ->
          type.equals(SimpleType.STRING) ? "\"x\"" : type.equals(SimpleType.BOOLEAN) ? "true" : "1";
    };
  }

  @Test
  void aRecordIsGivenAsJsonAndSaysWhereItIsWrong() {
    for (Map.Entry<String, String> each :
        Map.of(
                "{", "p0 is written as JSON: ",
                "7", "p0 is an object with",
                "{\"scale\": \"x\"}", "p0",
                "{\"nonsense\": 1}", "p0 has no field nonsense")
            .entrySet()) {
      Result result = onData("mbean", "call", "Benchmark", "fill", each.getKey());
      assertThat(result.exitCode()).isEqualTo(ExitCode.BAD_ARGUMENTS);
      assertThat(result.err()).contains(each.getValue()).hasLineCount(1);
    }
  }

  @Test
  void anAttributeThatCannotBeHadDoesNotHideTheOthers() {
    service.answer(
        "getCaller",
        _ -> {
          throw new IllegalStateException("not now");
        });
    try {
      Result all = onData("mbean", "get", "Cluster");
      assertThat(all.exitCode()).isZero();
      assertThat(all.json().get("Caller").stringValue()).isEqualTo("not available");
      assertThat(all.json().get("Status").isObject()).isTrue();
      assertThat(onData("mbean", "get", "Cluster", "Caller").err()).contains("not now");
    } finally {
      service.forget("getCaller");
    }
  }

  @Test
  void namesAndArgumentsAreChecked() {
    assertThat(onData("mbean", "list").out().lines())
        .contains("Cluster", "Pool,name=all", "Node,id=0");
    assertThat(onData("mbean", "list", "Pool,name=all").out()).contains("killClient(");
    assertThat(onData("mbean", "get", "Cluster", "Caller").out().strip()).isNotEmpty();
    Result none = onData("mbean", "get", "Cluster", "Nonsense");
    assertThat(none.exitCode()).isEqualTo(7);
    assertThat(none.err()).contains("mbean list Cluster");
    Result number = onData("mbean", "call", ObjectNames.POOL.toString(), "killClient", "x");
    assertThat(number.exitCode()).isEqualTo(7);
    assertThat(number.err()).contains("is a number, not 'x'");
    assertThat(onData("mbean", "call", "Pool,name=all", "killClient").exitCode()).isEqualTo(7);
    assertThat(onData("mbean", "get", "Nothing").exitCode()).isNotZero();
  }

  @Test
  void aCompletionForShellsIsWritten() {
    assertThat(onData("generate-completion").out()).contains("_complete_relevo", "maintenance");
  }

  @Test
  void sessionsAndAlertsHaveVerbs() {
    assertThat(onData("session", "list", "--json").json().isArray()).isTrue();
    assertThat(onData("session", "kill", "5").exitCode()).isZero();
    assertThat(onData("alerts", "list").out()).contains("SEVERITY");
    assertThat(onData("alerts", "ack", "1").exitCode()).isZero();
    assertThat(onData("alerts", "test").exitCode()).isZero();
  }
}

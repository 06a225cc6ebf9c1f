package org.relevo.jmx.ctl;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.TabularData;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.ObjectNames;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `mbean list`, `mbean get` and `mbean call`: everything that the service can tell and do, also
/// what has no verb of its own.
@Command(
    name = "mbean",
    description = "Every attribute and operation of the service by its name.",
    subcommands = {MBeanCommand.ListAll.class, MBeanCommand.Get.class, MBeanCommand.Call.class})
final class MBeanCommand extends VerbGroup {
  private static final Duration LIMIT = Duration.ofSeconds(15);

  /// `list`.
  @Command(name = "list", description = "MBeans; of one: its attributes and operations.")
  static final class ListAll extends RemoteCommand {
    @Parameters(
        arity = "0..1",
        paramLabel = "NAME",
        defaultValue = "",
        description = "Such as Cluster or Node,id=0.")
    String name = "";

    @Override
    int run(JmxConnection service, Output output) {
      if (!name.isEmpty()) {
        show(info(service, named(name)), output);
        return ExitCode.DONE;
      }
      List<String> names = new ArrayList<>();
      service
          .call(
              "the names of MBeans",
              LIMIT,
              server -> server.queryNames(new ObjectName(ObjectNames.DOMAIN + ":*"), null))
          .forEach(each -> names.add(shortName(each)));
      names.sort(Comparator.naturalOrder());
      if (output.json()) {
        output.json(names);
      } else {
        names.forEach(output::line);
      }
      return ExitCode.DONE;
    }

    private static void show(MBeanInfo info, Output output) {
      List<List<String>> rows = new ArrayList<>();
      for (MBeanAttributeInfo each : info.getAttributes()) {
        rows.add(List.of(each.getName(), "monitor", each.getDescription()));
      }
      for (MBeanOperationInfo each : info.getOperations()) {
        rows.add(
            List.of(
                signature(each),
                String.valueOf(each.getDescriptor().getFieldValue("role"))
                    .toLowerCase(java.util.Locale.ROOT),
                each.getDescription()));
      }
      if (output.json()) {
        output.json(rows);
      } else {
        output.table(List.of("NAME", "ROLE", "MEANING"), rows);
      }
    }
  }

  /// `get`.
  @Command(name = "get", description = "Values of attributes.")
  static final class Get extends RemoteCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "Such as Cluster or Node,id=0.")
    String name = "";

    @Parameters(
        index = "1",
        arity = "0..1",
        paramLabel = "ATTRIBUTE",
        defaultValue = "",
        description = "Such as Status; all when not given.")
    String attribute = "";

    @Override
    int run(JmxConnection service, Output output) {
      ObjectName bean = named(name);
      List<String> readable =
          Arrays.stream(info(service, bean).getAttributes())
              .filter(MBeanAttributeInfo::isReadable)
              .map(MBeanAttributeInfo::getName)
              .filter(each -> attribute.isEmpty() || attribute.equals(each))
              .toList();
      if (readable.isEmpty()) {
        throw new CtlException(
            ExitCode.BAD_ARGUMENTS,
            "%s has no attribute %s; relevo ctl mbean list %s shows all"
                .formatted(name, attribute, name));
      }
      show(attribute.isEmpty() ? all(service, bean, readable) : one(service, bean), output);
      return ExitCode.DONE;
    }

    private @Nullable Object one(JmxConnection service, ObjectName bean) {
      return plain(
          service.call(
              attribute + " of " + name, LIMIT, server -> server.getAttribute(bean, attribute)));
    }

    /// What cannot be had is said to be so in its place: of the Java machine's own MBeans some
    /// attributes never can.
    private Map<String, @Nullable Object> all(
        JmxConnection service, ObjectName bean, List<String> names) {
      Map<String, @Nullable Object> values = new LinkedHashMap<>();
      names.forEach(each -> values.put(each, "not available"));
      service
          .call(
              "attributes of " + name,
              LIMIT,
              server -> server.getAttributes(bean, names.toArray(String[]::new)))
          .asList()
          .forEach(each -> values.put(each.getName(), plain(each.getValue())));
      return values;
    }
  }

  /// `call`.
  @Command(name = "call", description = "Calls an operation; the service checks the role.")
  static final class Call extends RemoteCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "Such as Pool,name=all.")
    String name = "";

    @Parameters(index = "1", paramLabel = "OPERATION", description = "Such as killClient.")
    String operation = "";

    @Parameters(
        index = "2..*",
        arity = "0..*",
        paramLabel = "ARGUMENT",
        description = "In the order of mbean list NAME; records and lists as JSON.")
    List<String> arguments = new ArrayList<>();

    @Option(
        names = "--timeout",
        paramLabel = "S",
        defaultValue = "60",
        description = "Seconds to wait at most (${DEFAULT-VALUE}).")
    int timeoutSeconds;

    @Override
    void checkArguments() {
      if (timeoutSeconds < 1) {
        throw new CtlException(ExitCode.BAD_ARGUMENTS, "--timeout must be at least 1");
      }
    }

    @Override
    int run(JmxConnection service, Output output) {
      ObjectName bean = named(name);
      MBeanOperationInfo found =
          Arrays.stream(info(service, bean).getOperations())
              .filter(each ->
                  each.getName().equals(operation)
                      && each.getSignature().length == arguments.size())
              .findFirst()
              .orElseThrow(() ->
                  new CtlException(
                      ExitCode.BAD_ARGUMENTS,
                      "%s has no operation %s with %d arguments; relevo ctl mbean list %s shows all"
                          .formatted(name, operation, arguments.size(), name)));
      MBeanParameterInfo[] parameters = found.getSignature();
      @Nullable Object[] values = new Object[parameters.length];
      String[] types = new String[parameters.length];
      for (int i = 0; i < parameters.length; i++) {
        types[i] = parameters[i].getType();
        values[i] = value(parameters[i], arguments.get(i));
      }
      @Nullable Object answer =
          service
              .call(
                  operation + " of " + name,
                  Duration.ofSeconds(timeoutSeconds),
                  server -> new @Nullable Object[] {server.invoke(bean, operation, values, types)})[
              0];
      if (answer == null) {
        return output.said(Map.of("done", operation), "done");
      }
      show(plain(answer), output);
      return ExitCode.DONE;
    }
  }

  /// A text as what an operation takes. Enums travel as their names, records as JSON.
  static @Nullable Object value(MBeanParameterInfo parameter, String text) {
    try {
      return switch (parameter.getType()) {
        case "int", "java.lang.Integer" -> Integer.valueOf(text);
        case "long", "java.lang.Long" -> Long.valueOf(text);
        case "double", "java.lang.Double" -> Double.valueOf(text);
        case "boolean", "java.lang.Boolean" -> bool(text);
        case "java.lang.String" -> text;
        default -> opened(parameter, text);
      };
    } catch (NumberFormatException _) {
      throw new CtlException(
          ExitCode.BAD_ARGUMENTS, parameter.getName() + " is a number, not '" + text + "'");
    }
  }

  private static @Nullable Object opened(MBeanParameterInfo parameter, String text) {
    // Java's own MBeans need not say how their types travel.
    if (parameter.getDescriptor().getFieldValue("openType") instanceof OpenType<?> type) {
      return OpenValues.parsed(type, text, parameter.getName());
    }
    throw new CtlException(
        ExitCode.BAD_ARGUMENTS,
        parameter.getName() + " is a " + parameter.getType() + " and cannot be given here");
  }

  private static Boolean bool(String text) {
    return switch (text) {
      case "true", "on", "yes" -> true;
      case "false", "off", "no" -> false;
      default ->
          throw new CtlException(ExitCode.BAD_ARGUMENTS, "true or false, not '" + text + "'");
    };
  }

  private static MBeanInfo info(JmxConnection service, ObjectName bean) {
    return service.call(
        "the description of " + shortName(bean), LIMIT, server -> server.getMBeanInfo(bean));
  }

  private static ObjectName named(String name) {
    try {
      return new ObjectName(name.contains(":") ? name : ObjectNames.DOMAIN + ":type=" + name);
    } catch (MalformedObjectNameException _) {
      throw new CtlException(
          ExitCode.BAD_ARGUMENTS, "'" + name + "' names no MBean; relevo ctl mbean list shows all");
    }
  }

  private static String shortName(ObjectName name) {
    return name.getCanonicalName().startsWith(ObjectNames.DOMAIN + ":")
        ? name.getKeyPropertyListString().replaceFirst("^type=", "")
        : name.getCanonicalName();
  }

  private static String signature(MBeanOperationInfo operation) {
    return Arrays.stream(operation.getSignature())
        .map(MBeanParameterInfo::getName)
        .collect(java.util.stream.Collectors.joining(", ", operation.getName() + "(", ")"));
  }

  /// Open types as maps and lists, which can be written as JSON.
  private static @Nullable Object plain(@Nullable Object value) {
    return switch (value) {
      case CompositeData record -> {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        record.getCompositeType().keySet().forEach(key -> fields.put(key, plain(record.get(key))));
        yield fields;
      }
      case TabularData table -> table.values().stream().map(MBeanCommand::plain).toList();
      case Object[] array -> Arrays.stream(array).map(MBeanCommand::plain).toList();
      case null -> null;
      default -> value;
    };
  }

  private static void show(@Nullable Object value, Output output) {
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      output.line(value.toString());
    } else {
      output.json(value == null ? Map.of() : value);
    }
  }
}

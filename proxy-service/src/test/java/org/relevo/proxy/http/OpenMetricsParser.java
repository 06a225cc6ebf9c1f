package org.relevo.proxy.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the text form of OpenMetrics 1.0 as strictly as Prometheus' own checker does.
public final class OpenMetricsParser {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");
  private static final Pattern META =
      Pattern.compile("# (TYPE|UNIT|HELP) ([A-Za-z0-9_:]+)(?: (.*))?");
  private static final Pattern SAMPLE =
      Pattern.compile(
          "([A-Za-z0-9_:]+)(\\{((?:[a-z_]+=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\",?)*)\\})? (\\S+)");
  private static final Pattern LABEL =
      Pattern.compile("([a-z_]+)=\"((?:[^\"\\\\\\n]|\\\\[\\\\\"n])*)\"");

  /// One family.
  public static final class Family {
    public String type = "";
    public String unit = "";
    public String help = "";
    public final Map<String, Double> samples = new LinkedHashMap<>();
    public final Map<String, Set<String>> labelValues = new HashMap<>();
  }

  private final Map<String, Family> families = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();
  private String current = "";

  private OpenMetricsParser() {}

  /// @throws AssertionError with every problem of the text
  public static Map<String, Family> parse(String text) {
    OpenMetricsParser parser = new OpenMetricsParser();
    if (!text.endsWith("# EOF\n")) {
      parser.problems.add("does not end with # EOF and a line end");
    }
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size() - 1; i++) {
      parser.line(lines.get(i));
    }
    parser.families.forEach(parser::check);
    if (!parser.problems.isEmpty()) {
      throw new AssertionError(String.join("\n", parser.problems));
    }
    return parser.families;
  }

  private void line(String line) {
    Matcher meta = META.matcher(line);
    if (meta.matches()) {
      String name = meta.group(2);
      if (!name.equals(current)) {
        if (families.containsKey(name)) {
          problems.add("family comes twice: " + name);
        }
        current = name;
        families.putIfAbsent(name, new Family());
      }
      Family family = families.get(name);
      String value = meta.group(3) == null ? "" : meta.group(3);
      switch (meta.group(1)) {
        case "TYPE" -> family.type = value;
        case "UNIT" -> family.unit = value;
        default -> family.help = value;
      }
      if (!family.samples.isEmpty()) {
        problems.add("description behind samples: " + line);
      }
      return;
    }
    Matcher sample = SAMPLE.matcher(line);
    if (!sample.matches()) {
      problems.add("no sample: " + line);
      return;
    }
    Family family = families.get(current);
    String suffix =
        switch (family.type) {
          case "counter" -> "_total";
          case "info" -> "_info";
          default -> "";
        };
    if (!sample.group(1).equals(current + suffix)) {
      problems.add("sample outside of its family: " + line);
    }
    double value = Double.parseDouble(sample.group(4));
    if (family.type.equals("counter") && value < 0) {
      problems.add("negative counter: " + line);
    }
    String labels = sample.group(3) == null ? "" : sample.group(3);
    if (family.samples.put(labels, value) != null) {
      problems.add("sample comes twice: " + line);
    }
    Set<String> seen = new HashSet<>();
    Matcher label = LABEL.matcher(labels);
    while (label.find()) {
      if (!seen.add(label.group(1))) {
        problems.add("label comes twice: " + line);
      }
      family.labelValues.computeIfAbsent(label.group(1), _ -> new HashSet<>()).add(label.group(2));
    }
  }

  private void check(String name, Family family) {
    if (!NAME.matcher(name).matches() || !name.startsWith("relevo_")) {
      problems.add("bad name: " + name);
    }
    if (!Set.of("gauge", "counter", "info").contains(family.type)) {
      problems.add("no type: " + name);
    }
    if (family.help.isBlank()) {
      problems.add("no help: " + name);
    }
    if (!family.unit.isEmpty() && !name.endsWith("_" + family.unit)) {
      problems.add("the unit is not in the name: " + name);
    }
    for (String unit : List.of("seconds", "bytes", "ratio")) {
      if (name.endsWith("_" + unit) && !family.unit.equals(unit)) {
        problems.add("the unit is not declared: " + name);
      }
    }
    if (name.endsWith("_total") || name.endsWith("_info")) {
      problems.add("reserved ending: " + name);
    }
  }
}

package org.relevo.proxy.mbean;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.describe.Units;

/// What consoles and the reference page say about MBeans is what their sources say. With
/// `-Drelevo.update=true` both are written anew.
class ContractPageTest {
  private static final Path ROOT = Path.of(System.getProperty("relevo.root", ".."));
  private static final Path SOURCES =
      ROOT.resolve("jmx-agent/src/main/java/org/relevo/jmx/contract");
  private static final Path TABLE =
      ROOT.resolve("jmx-agent/src/main/resources/org/relevo/jmx/describe/contract.table");
  private static final Path PAGE = ROOT.resolve("resources/docs/mbeans.md");

  /// A method, a record's component or an enum's word.
  record Member(
      String name, String type, List<String> parameters, String text, String role, boolean method) {
    Member {
      parameters = List.copyOf(parameters);
    }

    boolean attribute() {
      return method
          && parameters.isEmpty()
          && (name.matches("get[A-Z].*") || name.matches("is[A-Z].*"))
          && !type.equals("void");
    }
  }

  record Type(String kind, String text, List<Member> members) {
    Type {
      members = List.copyOf(members);
    }
  }

  @Test
  void theDescriptionsAreThoseOfTheSources() throws IOException {
    Map<String, Type> types = types();
    StringBuilder table = new StringBuilder();
    types.forEach((name, type) -> {
      if (!name.endsWith("MXBean")) {
        return;
      }
      table.append(name).append(" | ").append(type.text()).append('\n');
      for (Member member : type.members()) {
        table
            .append(name)
            .append('.')
            .append(member.name())
            .append('(')
            .append(String.join(",", member.parameters()))
            .append(") | ")
            .append(text(member, types))
            .append('\n');
      }
    });
    check(TABLE, table.toString());
  }

  @Test
  void theReferencePageIsCurrent() throws IOException {
    check(PAGE, page(types()));
  }

  @Test
  void everythingIsDescribedAndHasARole() throws IOException {
    Map<String, Type> types = types();
    List<String> missing = new ArrayList<>();
    types.forEach((name, type) -> {
      if (type.text().isBlank()) {
        missing.add(name + " has no description");
      }
      if (name.endsWith("MXBean")) {
        for (Member member : type.members()) {
          if (text(member, types).isBlank()) {
            missing.add(name + "." + member.name() + " has no description");
          }
          if (!member.attribute() && member.role().isEmpty()) {
            missing.add(name + "." + member.name() + " has no @RequiresRole");
          }
        }
      }
    });
    assertThat(missing).isEmpty();
  }

  /// An attribute without words of its own is described by what it gives.
  private static String text(Member member, Map<String, Type> types) {
    if (!member.text().isBlank()) {
      return member.text();
    }
    String of = member.type().replaceAll("^List<(.*)>$", "$1");
    Type given = types.get(of);
    return given == null ? "" : given.text();
  }

  private static String page(Map<String, Type> types) {
    StringBuilder out =
        new StringBuilder(
            """
            # MBeans

            Every MBean, attribute, operation and record; consoles show the same texts. This page
            is made from the sources. How to connect: [management](management.md).

            Every role reads attributes. Numbers that are not known are -1, texts then are empty.
            """);
    types.forEach((name, type) -> {
      if (name.endsWith("MXBean")) {
        bean(out, name, type, types);
      }
    });
    out.append("\n# Records\n");
    types.forEach((name, type) -> {
      if (type.kind().equals("RECORD")) {
        out.append("\n## ").append(name).append("\n\n").append(cell(type.text())).append("\n\n");
        out.append("| field | unit | meaning |\n|---|---|---|\n");
        type.members().stream()
            .filter(member -> !member.method())
            .forEach(member ->
                out.append(
                    "| `%s` | %s | %s |\n"
                        .formatted(member.name(), unit(member), cell(member.text()))));
      }
    });
    return out.toString();
  }

  private static void bean(StringBuilder out, String name, Type type, Map<String, Type> types) {
    out.append("\n## ").append(name).append("\n\n").append(cell(type.text())).append("\n\n");
    out.append("| attribute or operation | gives | least role | meaning |\n|---|---|---|---|\n");
    for (Member member : type.members()) {
      String shown =
          member.attribute()
              ? member.name().replaceFirst("^(get|is)", "")
              : member.name() + "(" + String.join(", ", member.parameters()) + ")";
      out.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(
                  shown,
                  unit(member),
                  member.attribute() ? "monitor" : member.role().toLowerCase(Locale.ROOT),
                  cell(text(member, types))));
    }
  }

  private static String unit(Member member) {
    String unit = Units.of(member.name(), member.type());
    return switch (unit) {
      case "record", "list" -> "`" + member.type() + "`";
      default -> unit;
    };
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }

  private static void check(Path file, String wanted) throws IOException {
    if (Boolean.getBoolean("relevo.update")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, wanted);
    }
    assertThat(Files.readString(file))
        .as("%s is stale; run this test with -Drelevo.update=true", file)
        .isEqualTo(wanted);
  }

  private static Map<String, Type> types() throws IOException {
    Map<String, Type> types = new TreeMap<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
        Stream<Path> sources = Files.list(SOURCES)) {
      List<Path> paths =
          sources.filter(file -> !file.endsWith("package-info.java")).sorted().toList();
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  null,
                  List.of("--release", "25"),
                  null,
                  files.getJavaFileObjectsFromPaths(paths));
      DocTrees docs = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        new TreePathScanner<@Nullable Void, @Nullable Void>() {
          @Override
          public @Nullable Void visitClass(ClassTree tree, @Nullable Void none) {
            types.put(tree.getSimpleName().toString(), type(docs, getCurrentPath(), tree));
            return null;
          }
        }.scan(unit, null);
      }
    }
    return types;
  }

  private static Type type(DocTrees docs, TreePath path, ClassTree tree) {
    String comment = comment(docs, path);
    Map<String, String> parameters = parameters(comment);
    List<Member> members = new ArrayList<>();
    for (Tree each : tree.getMembers()) {
      if (each instanceof MethodTree method && tree.getKind() == Tree.Kind.INTERFACE) {
        members.add(
            new Member(
                method.getName().toString(),
                String.valueOf(method.getReturnType()),
                method.getParameters().stream().map(p -> p.getName().toString()).toList(),
                summary(comment(docs, new TreePath(path, method))),
                role(method),
                true));
      } else if (each instanceof VariableTree variable && tree.getKind() == Tree.Kind.RECORD) {
        String name = variable.getName().toString();
        members.add(
            new Member(
                name,
                String.valueOf(variable.getType()),
                List.of(),
                parameters.getOrDefault(name, ""),
                "",
                false));
      }
    }
    return new Type(tree.getKind().name(), summary(comment), members);
  }

  private static String role(MethodTree method) {
    return method.getModifiers().getAnnotations().stream()
        .filter(each -> each.getAnnotationType().toString().equals("RequiresRole"))
        .map(each -> each.getArguments().getFirst().toString().replaceAll(".*\\.", ""))
        .findFirst()
        .orElse("");
  }

  private static String comment(DocTrees docs, TreePath path) {
    String text = docs.getDocComment(path);
    return text == null ? "" : text;
  }

  /// Everything before the first tag in one line; a result is part of it when nothing else is said.
  private static String summary(String comment) {
    String plain = clean(comment.split("(?m)^\\s*@", 2)[0]);
    if (!plain.isEmpty()) {
      return plain;
    }
    String result =
        comment
            .lines()
            .collect(Collectors.joining("\n"))
            .replaceFirst("(?s).*?(?m:^\\s*@return )", "");
    return comment.contains("@return ")
        ? "Gives " + clean(result.split("(?m)^\\s*@", 2)[0]) + "."
        : "";
  }

  private static Map<String, String> parameters(String comment) {
    Map<String, String> found = new LinkedHashMap<>();
    String[] tags = ("\n" + comment).split("(?m)^\\s*@", -1);
    for (String tag : tags) {
      if (tag.startsWith("param ")) {
        String[] words = tag.substring(6).strip().split("\\s+", 2);
        found.put(words[0], words.length > 1 ? clean(words[1]) : "");
      }
    }
    return found;
  }

  private static String clean(String text) {
    return text.replaceAll("\\[#?([A-Za-z.]+)(#\\w+)?]", "`$1$2`").replaceAll("\\s+", " ").strip();
  }
}

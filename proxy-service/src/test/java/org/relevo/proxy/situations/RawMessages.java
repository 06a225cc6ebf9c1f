package org.relevo.proxy.situations;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Bodies of messages from the words of a [RawScript].
final class RawMessages {
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
  private static final Pattern REPEAT = Pattern.compile("\\$\\{(\\d+)\\*([^}]*)}");
  private static final Pattern LIST = Pattern.compile("\\$\\{(\\d+)\\.\\.(\\d+):([^}]*)}");

  private RawMessages() {}

  /// A message's text: `${5*x}` repeats, `${1..3:c# int}` lists with commas, `\n` and `\t` are what
  /// they are in C.
  static String expand(String text) {
    String repeated =
        REPEAT
            .matcher(text)
            .replaceAll(found ->
                Matcher.quoteReplacement(found.group(2).repeat(Integer.parseInt(found.group(1)))));
    return LIST.matcher(repeated)
        .replaceAll(found -> {
          List<String> parts = new ArrayList<>();
          int last = Integer.parseInt(found.group(2));
          for (int i = Integer.parseInt(found.group(1)); i <= last; i++) {
            parts.add(found.group(3).replace("#", String.valueOf(i)));
          }
          return Matcher.quoteReplacement(String.join(",", parts));
        })
        .replace("\\n", "\n")
        .replace("\\t", "\t");
  }

  /// `-` is the empty name.
  private static String name(String word) {
    return word.equals("-") ? "" : word;
  }

  static byte[] string(String text, Charset charset) {
    return (text + "\0").getBytes(charset);
  }

  /// `NAME [TYPE,TYPE] TEXT`.
  static byte[] parse(String rest, Charset charset) {
    String[] parts = rest.split(" ", 2);
    String text = parts[1];
    List<Integer> types = new ArrayList<>();
    if (text.startsWith("[")) {
      for (String type : text.substring(1, text.indexOf(']')).split(",", -1)) {
        types.add(Integer.parseInt(type));
      }
      text = text.substring(text.indexOf(']') + 2);
    }
    String sql = expand(text);
    return body(out -> {
      out.write(string(name(parts[0]), charset));
      out.write(string(sql, charset));
      out.writeShort(types.size());
      for (int type : types) {
        out.writeInt(type);
      }
    });
  }

  /// `PORTAL STATEMENT VALUES`; see [#values].
  static byte[] bind(String rest, Charset charset) {
    String[] parts = rest.split(" ", 3);
    Values values = values(parts.length > 2 ? parts[2] : "", charset);
    return body(out -> {
      out.write(string(name(parts[0]), charset));
      out.write(string(name(parts[1]), charset));
      values.writeTo(out);
      out.writeShort(values.results().size());
      for (int format : values.results()) {
        out.writeShort(format);
      }
    });
  }

  /// `OID VALUES`.
  static byte[] call(String rest, Charset charset) {
    String[] parts = rest.split(" ", 2);
    Values values = values(parts.length > 1 ? parts[1] : "", charset);
    return body(out -> {
      out.writeInt(Integer.parseInt(parts[0]));
      values.writeTo(out);
      out.writeShort(values.results().isEmpty() ? 0 : values.results().getFirst());
    });
  }

  /// `PORTAL ROWS`.
  static byte[] execute(String rest, Charset charset) {
    String[] parts = rest.split(" ", 2);
    return body(out -> {
      out.write(string(name(parts[0]), charset));
      out.writeInt(parts.length > 1 ? Integer.parseInt(parts[1]) : 0);
    });
  }

  /// `S NAME` or `P NAME`, for Describe and Close.
  static byte[] named(String rest, Charset charset) {
    return body(out -> {
      out.writeByte(rest.charAt(0));
      out.write(string(name(rest.substring(2)), charset));
    });
  }

  /// Values with their formats and those of the results.
  private record Values(List<Integer> formats, List<byte[]> values, List<Integer> results) {
    void writeTo(DataOutputStream out) throws IOException {
      out.writeShort(formats.size());
      for (int format : formats) {
        out.writeShort(format);
      }
      out.writeShort(values.size());
      for (byte[] value : values) {
        out.writeInt(value == null ? -1 : value.length);
        if (value != null) {
          out.write(value);
        }
      }
    }
  }

  /// Words: `'text'`, `text`, `null`, `\x0001`; `-f1,0` gives formats of values, `-r1` of results.
  private static Values values(String text, Charset charset) {
    List<byte[]> values = new ArrayList<>();
    List<Integer> formats = new ArrayList<>();
    List<Integer> results = new ArrayList<>();
    // A macro that makes many words comes first; others are parts of words.
    Matcher word = WORD.matcher(text.startsWith("${") ? expand(text) : text);
    Function<String, List<Integer>> numbers =
        list -> List.of(list.split(",", -1)).stream().map(Integer::valueOf).toList();
    while (word.find()) {
      String plain = word.group(2);
      if (plain == null) {
        values.add(expand(word.group(1)).getBytes(charset));
      } else if (plain.startsWith("-f")) {
        formats.addAll(numbers.apply(plain.substring(2)));
      } else if (plain.startsWith("-r")) {
        results.addAll(numbers.apply(plain.substring(2)));
      } else if (plain.equals("null")) {
        values.add(null);
      } else if (plain.startsWith("\\x")) {
        values.add(HexFormat.of().parseHex(plain.substring(2)));
      } else {
        values.add(expand(plain).getBytes(charset));
      }
    }
    return new Values(formats, values, results);
  }

  /// Writes a body.
  @FunctionalInterface
  private interface Writer {
    void writeTo(DataOutputStream out) throws IOException;
  }

  private static byte[] body(Writer writer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      writer.writeTo(out);
    } catch (IOException e) {
      throw new IllegalStateException("memory cannot fail", e);
    }
    return bytes.toByteArray();
  }

  static byte[] text(String rest, Charset charset) {
    return expand(rest).getBytes(charset);
  }

  /// Bytes as they are, in hexadecimal.
  static byte[] hex(String rest) {
    return HexFormat.of().parseHex(rest.replace(" ", ""));
  }

  static Charset charset(String name) {
    return name.equals("LATIN1") ? StandardCharsets.ISO_8859_1 : Charset.forName(name);
  }
}

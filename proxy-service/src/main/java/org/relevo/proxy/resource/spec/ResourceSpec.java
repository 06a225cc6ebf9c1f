package org.relevo.proxy.resource.spec;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One resource, in the words of Heartbeat's `haresources`:
///
/// ```
/// 10.0.0.5            an address; 10.0.0.5/24/eth0 and 10.0.0.5@eth0 name more of it
/// IPaddr2::10.0.0.5/24/eth0
/// systemd:name        a unit
/// /path/program::a::b a program with start, stop and status; one without a slash is looked for in
///                     /etc/ha.d/resource.d and /etc/init.d
/// ocf:/path/program::key=value
/// ```
public sealed interface ResourceSpec {
  /// As it is written and shown.
  String name();

  /// An address on an interface.
  ///
  /// @param prefix bits of its own network; an address that moves has all of them unless it is said
  ///   otherwise
  /// @param device "" for the interface whose network it is in
  record Address(InetAddress address, int prefix, String device) implements ResourceSpec {
    @Override
    public String name() {
      return address.getHostAddress() + (device.isEmpty() ? "" : "@" + device);
    }
  }

  /// Started and stopped by a program of the system.
  record Program(Kind kind, String name, String path, List<String> arguments)
      implements ResourceSpec {
    public Program {
      arguments = List.copyOf(arguments);
    }

    /// How it is called.
    public enum Kind {
      /// `systemctl start NAME`.
      SYSTEMD,
      /// `PROGRAM ARGUMENTS… start`; status 0 runs, 3 stopped.
      LSB,
      /// `PROGRAM start` with `OCF_RESKEY_key=value`; monitor 0 runs, 7 stopped.
      OCF
    }
  }

  Pattern ADDRESS =
      Pattern.compile(
          "([0-9]{1,3}(?:\\.[0-9]{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*)"
              + "(?:/(\\d{1,3}))?(?:[/@]([A-Za-z0-9_.-]{1,15}))?(?:/[0-9.]+)?");
  List<String> ADDRESS_AGENTS = List.of("IPaddr::", "IPaddr2::", "IPv6addr::");
  List<Path> FOLDERS = List.of(Path.of("/etc/ha.d/resource.d"), Path.of("/etc/init.d"));

  /// @throws IllegalArgumentException with what is wrong
  static ResourceSpec parse(String written) {
    String text = written;
    for (String agent : ADDRESS_AGENTS) {
      if (text.startsWith(agent)) {
        text = text.substring(agent.length());
      }
    }
    Matcher address = ADDRESS.matcher(text);
    if (address.matches()) {
      return address(address);
    }
    List<String> words = Arrays.asList(text.split("::", -1));
    String head = words.getFirst();
    List<String> arguments = words.subList(1, words.size());
    if (head.startsWith("systemd:")) {
      String unit = head.substring("systemd:".length());
      if (!unit.matches("[A-Za-z0-9:_.@\\\\-]{1,128}") || !arguments.isEmpty()) {
        throw new IllegalArgumentException("'" + unit + "' is no name of a unit");
      }
      return new Program(Program.Kind.SYSTEMD, written, unit, List.of());
    }
    if (head.startsWith("ocf:")) {
      return new Program(
          Program.Kind.OCF, written, absolute(head.substring("ocf:".length())), pairs(arguments));
    }
    return new Program(Program.Kind.LSB, written, found(head), arguments);
  }

  private static Address address(Matcher parts) {
    InetAddress address;
    try {
      address = InetAddress.getByName(parts.group(1));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("'" + parts.group(1) + "' is not an address", e);
    }
    if (address.isAnyLocalAddress()
        || address.isMulticastAddress()
        || address.isLoopbackAddress()) {
      throw new IllegalArgumentException(
          "'" + parts.group(1) + "' is not an address that a machine can have for others");
    }
    int most = address.getAddress().length * 8;
    int prefix = parts.group(2) == null ? most : Integer.parseInt(parts.group(2));
    if (prefix < 1 || prefix > most) {
      throw new IllegalArgumentException("/" + prefix + " is not between 1 and " + most);
    }
    String device = parts.group(3) == null ? "" : parts.group(3);
    return new Address(address, prefix, device);
  }

  private static List<String> pairs(List<String> arguments) {
    List<String> pairs = new ArrayList<>(arguments);
    for (String pair : pairs) {
      if (!pair.matches("[A-Za-z0-9_]+=.*")) {
        throw new IllegalArgumentException("'" + pair + "' is not key=value");
      }
    }
    return pairs;
  }

  private static String absolute(String path) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("'" + path + "' is not the path of a program");
    }
    return path;
  }

  private static String found(String program) {
    if (program.contains("/")) {
      return absolute(program);
    }
    if (!program.matches("[A-Za-z0-9_.@+-]{1,100}")) {
      throw new IllegalArgumentException("'" + program + "' is neither an address nor a program");
    }
    return FOLDERS.stream()
        .map(folder -> folder.resolve(program))
        .filter(java.nio.file.Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("'%s' is in none of %s".formatted(program, FOLDERS)))
        .toString();
  }
}

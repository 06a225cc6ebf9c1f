package org.relevo.proxy.auth.hba;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the address of a rule.
final class HbaAddresses {
  private static final Pattern PREFIX = Pattern.compile("\\d{1,3}");
  private static final Pattern HOST = Pattern.compile("\\.?[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*\\.?");
  private static final Pattern FOUR_NUMBERS =
      Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");

  private HbaAddresses() {}

  /// @param extraFields 1 when the mask stood in a field of its own
  record Parsed(AddressPattern pattern, int extraFields, Optional<String> problem) {
    static Parsed good(AddressPattern pattern) {
      return new Parsed(pattern, 0, Optional.empty());
    }

    static Parsed bad(String problem) {
      return new Parsed(new AddressPattern.Any(), 0, Optional.of(problem));
    }
  }

  /// @param next the field after it, which is the mask when there is no prefix length
  static Parsed parse(HbaToken word, @Nullable HbaToken next) {
    if (!word.quoted()) {
      switch (word.text()) {
        case "all" -> {
          return Parsed.good(new AddressPattern.Any());
        }
        case "samehost" -> {
          return Parsed.good(new AddressPattern.SameHost());
        }
        case "samenet" -> {
          return Parsed.good(new AddressPattern.SameNet());
        }
        default -> {
          // an address or a name
        }
      }
    }
    int slash = word.text().indexOf('/');
    String text = slash < 0 ? word.text() : word.text().substring(0, slash);
    Optional<InetAddress> address = literal(text);
    if (address.isEmpty()) {
      return slash < 0 ? name(word.text()) : Parsed.bad("'" + text + "' is no IP address");
    }
    return slash < 0
        ? separateMask(address.get(), text, next)
        : prefix(address.get(), word.text().substring(slash + 1));
  }

  private static Parsed prefix(InetAddress address, String text) {
    int length = address.getAddress().length;
    if (!PREFIX.matcher(text).matches() || Integer.parseInt(text) > length * 8) {
      return Parsed.bad("'/" + text + "' is no prefix length; write 0 to " + length * 8);
    }
    byte[] mask = AddressPattern.mask(Integer.parseInt(text), length);
    return Parsed.good(new AddressPattern.Network(address, address(mask)));
  }

  private static Parsed separateMask(InetAddress address, String text, @Nullable HbaToken next) {
    Optional<InetAddress> mask = next == null ? Optional.empty() : literal(next.text());
    if (mask.isEmpty()) {
      return Parsed.bad("'" + text + "' has no mask; write '" + text + "/32' for that one alone");
    }
    if (mask.get().getAddress().length != address.getAddress().length) {
      return Parsed.bad("address '" + text + "' and its mask are not of the same kind");
    }
    return new Parsed(new AddressPattern.Network(address, mask.get()), 1, Optional.empty());
  }

  private static Parsed name(String text) {
    if (text.isEmpty() || !HOST.matcher(text).matches()) {
      return Parsed.bad("'" + text + "' is neither an address nor a host name");
    }
    String lower = text.toLowerCase(Locale.ROOT);
    return Parsed.good(
        lower.startsWith(".")
            ? new AddressPattern.HostSuffix(lower)
            : new AddressPattern.HostName(lower));
  }

  /// An address that needs no look-up.
  private static Optional<InetAddress> literal(String text) {
    try {
      var four = FOUR_NUMBERS.matcher(text);
      if (four.matches()) {
        byte[] bytes = new byte[4];
        for (int i = 0; i < 4; i++) {
          int part = Integer.parseInt(four.group(i + 1));
          if (part > 255) {
            return Optional.empty();
          }
          bytes[i] = (byte) part;
        }
        return Optional.of(address(bytes));
      }
      return text.contains(":") && !text.startsWith("[")
          ? Optional.of(InetAddress.ofLiteral(text))
          : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
    }
  }
}

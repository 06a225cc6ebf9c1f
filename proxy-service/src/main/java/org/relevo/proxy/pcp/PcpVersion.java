package org.relevo.proxy.pcp;

import java.util.List;

/// Layouts of rows, which clients read by position and without asking.
///
/// @param nodeFields of a node: 12, or 13 with the kind of the delay
/// @param processFields of a process: 17, 18 with the balanced node, or 21 with the client
public record PcpVersion(int nodeFields, int processFields) {
  private static final int KIND_OF_DELAY = 8;

  /// @param text `4.3` to `4.7`
  public static PcpVersion of(String text) {
    return switch (text) {
      case "4.3" -> new PcpVersion(12, 17);
      case "4.4" -> new PcpVersion(13, 17);
      case "4.5", "4.6" -> new PcpVersion(13, 18);
      default -> new PcpVersion(13, 21);
    };
  }

  /// @param fields the 13 of the newest version
  List<String> node(List<String> fields) {
    if (nodeFields == fields.size()) {
      return fields;
    }
    List<String> fewer = new java.util.ArrayList<>(fields);
    fewer.remove(KIND_OF_DELAY);
    return fewer;
  }

  /// @param fields the 21 of the newest version
  List<String> process(List<String> fields) {
    return fields.subList(0, processFields);
  }
}

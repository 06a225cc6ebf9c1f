package org.relevo.proxy.pcp;

/// A command was refused; the client is told and may go on.
///
/// Stock clients take the first letter of a text for a field's when it is S, M or D, so that
/// messages must begin with another.
public final class PcpException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String sqlState;

  private PcpException(String sqlState, String message) {
    super(message, null, false, false);
    this.sqlState = sqlState;
  }

  /// @param message one sentence for the person at the other end
  public static PcpException error(String sqlState, String message) {
    return new PcpException(sqlState, message);
  }

  String sqlState() {
    return sqlState;
  }

  String text() {
    return safe(String.valueOf(getMessage()));
  }

  /// A text whose first letter stock clients do not mistake.
  static String safe(String text) {
    boolean mistaken = !text.isEmpty() && "SMDHCFLE".indexOf(text.charAt(0)) >= 0;
    return mistaken ? "PCP: " + text : text;
  }
}

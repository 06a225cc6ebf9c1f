package org.relevo.proxy.wire;

/// First bytes of messages (PostgreSQL manual, "Message Formats").
public final class Tags {
  // from the client
  public static final byte BIND = 'B';
  public static final byte CLOSE = 'C';
  public static final byte COPY_FAIL = 'f';
  public static final byte DESCRIBE = 'D';
  public static final byte EXECUTE = 'E';
  public static final byte FLUSH = 'H';
  public static final byte FUNCTION_CALL = 'F';
  public static final byte PARSE = 'P';
  public static final byte PASSWORD = 'p';
  public static final byte QUERY = 'Q';
  public static final byte SYNC = 'S';
  public static final byte TERMINATE = 'X';

  // from both
  public static final byte COPY_DATA = 'd';
  public static final byte COPY_DONE = 'c';

  // from the server
  public static final byte AUTHENTICATION = 'R';
  public static final byte BACKEND_KEY_DATA = 'K';
  public static final byte COPY_BOTH_RESPONSE = 'W';
  public static final byte COPY_IN_RESPONSE = 'G';
  public static final byte DATA_ROW = 'D';
  public static final byte ERROR_RESPONSE = 'E';
  public static final byte NEGOTIATE_PROTOCOL_VERSION = 'v';
  public static final byte NOTICE_RESPONSE = 'N';
  public static final byte NOTIFICATION_RESPONSE = 'A';
  public static final byte PARAMETER_STATUS = 'S';
  public static final byte READY_FOR_QUERY = 'Z';

  private Tags() {}

  /// A tag as people read it.
  static String printable(byte tag) {
    return tag >= ' ' && tag < 127 ? String.valueOf((char) tag) : "0x%02x".formatted(tag);
  }
}

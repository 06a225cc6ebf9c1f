package org.relevo.proxy.consensus;

import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;

/// Commands and states as bytes: a version and what [RecordCodec] makes of the type. Equal states
/// have equal bytes.
///
/// Members of two versions run side by side while they are replaced: a change of any of these types
/// needs a new version here, and a member that meets one it does not know stops, because leaving a
/// command out would make its state another than everybody else's.
final class StateCodec {
  static final int MOST_COMMAND_BYTES = 256 << 10;
  static final int MOST_STATE_BYTES = 4 << 20;

  private static final int VERSION = 3;
  private static final RecordCodec COMMAND = RecordCodec.of(Command.class);
  private static final RecordCodec STATE = RecordCodec.of(ClusterState.class);

  private StateCodec() {}

  /// @throws IllegalArgumentException when a text or list is longer than allowed
  static byte[] encode(Command command) {
    ByteWriter out = new ByteWriter(MOST_COMMAND_BYTES).u8(VERSION);
    COMMAND.write(out, command);
    return out.bytes();
  }

  /// @throws IllegalArgumentException when a text or list is longer than allowed
  static byte[] encode(ClusterState state) {
    ByteWriter out = new ByteWriter(MOST_STATE_BYTES).u8(VERSION);
    STATE.write(out, state);
    return out.bytes();
  }

  static Command command(byte[] bytes) throws MalformedBytesException {
    return (Command) decode(COMMAND, bytes, MOST_COMMAND_BYTES);
  }

  static ClusterState state(byte[] bytes) throws MalformedBytesException {
    return (ClusterState) decode(STATE, bytes, MOST_STATE_BYTES);
  }

  /// What the bytes of this version are.
  static String shape() {
    return "version " + VERSION + "\n" + COMMAND.shape() + "\n" + STATE.shape() + "\n";
  }

  private static Object decode(RecordCodec codec, byte[] bytes, int most)
      throws MalformedBytesException {
    if (bytes.length > most) {
      throw new MalformedBytesException(bytes.length + " bytes, at most " + most);
    }
    ByteReader in = new ByteReader(bytes);
    int version = in.u8();
    if (version != VERSION) {
      throw new MalformedBytesException("version " + version + ", not " + VERSION);
    }
    Object value = codec.read(in);
    in.end();
    return value;
  }
}

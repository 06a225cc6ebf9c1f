package org.relevo.proxy.freshness;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.wire.FrontendMessages;
import org.relevo.proxy.wire.WireException;

/// What the sampler says to a server and how its answers are read: prepared once per connection,
/// then three short messages for each sample, answered in binary.
final class SampleQuery {
  /// ReadyForQuery that [#begin] is answered with.
  static final int BEGIN_ANSWERS = 5;

  private static final String IDENTITY_NAME = "relevo_who";
  private static final String NAME = "relevo_position";
  private static final int IDENTITY_COLUMNS = 5;
  private static final int COLUMNS = 5;

  /// Settings that keep the samples out of the server's log; a role that may not make them goes on
  /// without. Each is an own message, so that one does not take the others down.
  private static final List<String> QUIET =
      List.of(
          "SET search_path = pg_catalog, pg_temp; SET jit = off",
          "SET log_statement = 'none'",
          "SET log_duration = off",
          "SET log_min_duration_statement = -1");

  private static final String IDENTITY =
      """
      SELECT s.system_identifier,
             GREATEST(w.received_tli, c.timeline_id, k.min_recovery_end_timeline)::int8,
             current_setting('server_version_num')::int8,
             current_setting('wal_block_size')::int8,
             pg_size_bytes(current_setting('wal_segment_size'))
      FROM pg_catalog.pg_control_system() s
           CROSS JOIN pg_catalog.pg_control_checkpoint() c
           CROSS JOIN pg_catalog.pg_control_recovery() k
           LEFT JOIN pg_catalog.pg_stat_get_wal_receiver() w ON true
      """;

  /// The role is asked for once, so that all columns are of the same one. Every function of the
  /// chosen branch works in it; a promotion in between makes none of them fail.
  private static final String SAMPLE =
      """
      SELECT r.recovery,
             CASE WHEN r.recovery THEN pg_catalog.pg_last_wal_replay_lsn()
                  ELSE pg_catalog.pg_current_wal_insert_lsn() END,
             CASE WHEN r.recovery
                  THEN (SELECT w.received_tli FROM pg_catalog.pg_stat_get_wal_receiver() w)
                  ELSE ('x' || pg_catalog.substr(pg_catalog.pg_walfile_name(
                       pg_catalog.pg_current_wal_insert_lsn()), 1, 8))::bit(32)::int4
             END::int8,
             CASE WHEN r.recovery THEN pg_catalog.pg_last_wal_receive_lsn() END,
             CASE WHEN r.recovery
                  THEN (extract(epoch FROM pg_catalog.clock_timestamp()
                       - pg_catalog.pg_last_xact_replay_timestamp()) * 1000)::int8 END
      FROM (SELECT pg_catalog.pg_is_in_recovery() AS recovery OFFSET 0) r
      """;

  private SampleQuery() {}

  /// Sets the session up, prepares the sample and asks who the server is.
  static void begin(ByteBuf out) {
    QUIET.forEach(sql -> FrontendMessages.query(out, sql));
    FrontendMessages.parse(out, NAME, SAMPLE, List.of(), StandardCharsets.US_ASCII);
    FrontendMessages.parse(out, IDENTITY_NAME, IDENTITY, List.of(), StandardCharsets.US_ASCII);
    execute(out, IDENTITY_NAME);
  }

  static void ask(ByteBuf out) {
    execute(out, NAME);
  }

  private static void execute(ByteBuf out, String statement) {
    FrontendMessages.bindForBinary(out, statement);
    FrontendMessages.execute(out);
    FrontendMessages.sync(out);
  }

  /// @param frame a DataRow with its header
  /// @throws WireException when it is not the row that was asked for
  static NodeIdentity identity(ByteBuf frame) {
    Row row = new Row(frame, IDENTITY_COLUMNS);
    long system = row.number(0);
    long timeline = row.number(-1);
    try {
      return new NodeIdentity(system, timeline, (int) row.number(0), row.number(0), row.number(0));
    } catch (IllegalArgumentException e) {
      throw new WireException(String.valueOf(e.getMessage()));
    }
  }

  /// @param frame a DataRow with its header
  /// @param number of the sample
  /// @throws WireException when it is not the row that was asked for
  static Sample sample(ByteBuf frame, NodeIdentity identity, long number, long nowNs) {
    Row row = new Row(frame, COLUMNS);
    boolean recovery = row.flag();
    long position = row.number(0);
    return new Sample(
        number,
        recovery,
        row.number(-1),
        recovery ? new Lsn(position) : identity.endBefore(position),
        new Lsn(row.number(0)),
        row.number(-1),
        nowNs);
  }

  /// Walks over the columns of a DataRow, all of one or eight bytes.
  private static final class Row {
    private static final int HEADER_BYTES = 5;

    private final ByteBuf frame;
    private int at;

    Row(ByteBuf frame, int columns) {
      this.frame = frame;
      this.at = frame.readerIndex() + HEADER_BYTES;
      need(2);
      if (frame.getUnsignedShort(at) != columns) {
        throw new WireException("a row of " + frame.getUnsignedShort(at) + " columns");
      }
      at += 2;
    }

    boolean flag() {
      if (length() != 1) {
        throw new WireException("no boolean");
      }
      need(1);
      return frame.getByte(at++) != 0;
    }

    long number(long otherwise) {
      int length = length();
      if (length == -1) {
        return otherwise;
      }
      if (length != Long.BYTES) {
        throw new WireException("a number of " + length + " bytes");
      }
      need(Long.BYTES);
      long value = frame.getLong(at);
      at += Long.BYTES;
      return value;
    }

    private int length() {
      need(Integer.BYTES);
      int length = frame.getInt(at);
      at += Integer.BYTES;
      return length;
    }

    private void need(int bytes) {
      if (frame.writerIndex() - at < bytes) {
        throw new WireException("a row that ends early");
      }
    }
  }
}

package org.relevo.proxy.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.local.ControlFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether a copy that an attempt before made can be used as it is: it is whole, since it has its
/// name only then, it is of this primary on its present timeline, and the primary's slot has kept
/// all log since it was begun.
final class WholeCopy {
  private static final Logger LOG = LoggerFactory.getLogger(WholeCopy.class);
  private static final Pattern START =
      Pattern.compile("(?m)^START WAL LOCATION: ([0-9A-F]{1,8}/[0-9A-F]{1,8}) ");
  private static final Pattern TIMELINE = Pattern.compile("(?m)^START TIMELINE: (\\d{1,10})$");

  private WholeCopy() {}

  static boolean usable(OwnServer own, NodeSettings primary, Path copy) {
    if (!own.settings.slots() || !Files.isDirectory(copy)) {
      return false;
    }
    try {
      String label = Files.readString(copy.resolve("backup_label"));
      Matcher start = START.matcher(label);
      Matcher timeline = TIMELINE.matcher(label);
      if (!start.find() || !timeline.find()) {
        return false;
      }
      try (Connection connection = OwnServer.connect(primary, own.settings.limits().sql())) {
        String fits =
            OwnServer.text(
                connection,
                """
                SELECT (SELECT system_identifier::text FROM pg_control_system()) = '%s'
                  AND (SELECT timeline_id FROM pg_control_checkpoint()) = %s
                  AND EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = '%s'
                    AND wal_status IN ('reserved', 'extended') AND restart_lsn <= '%s'::pg_lsn)
                """
                    .formatted(
                        ControlFile.read(copy).systemIdentifier(),
                        timeline.group(1),
                        Slots.name(own.settings.id()),
                        start.group(1)));
        return fits.equals("t");
      }
    } catch (IOException | SQLException e) {
      LOG.debug("agent.copy-unusable folder={} reason=\"{}\"", copy, Commands.oneLine(e));
      return false;
    }
  }
}

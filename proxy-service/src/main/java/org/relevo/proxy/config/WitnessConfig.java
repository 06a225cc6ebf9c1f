package org.relevo.proxy.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.relevo.proxy.cluster.Member;

/// All settings of a witness, checked: those of section Quorum and where its files are.
///
/// @param lease as of [ClusterSettings]
/// @param intervals as of [ClusterSettings]
/// @param warnings what its writer should know, to be listed at start
public record WitnessConfig(
    RaftSettings raft,
    Duration lease,
    FailoverIntervals intervals,
    Path dataDirectory,
    Path logFile,
    List<ConfigWarning> warnings) {
  private static final Set<String> OWN =
      Set.of("cluster_name", "data_directory", "log_file", "member_name");
  private static final String SECTION = "Quorum";

  public WitnessConfig {
    warnings = List.copyOf(warnings);
  }

  /// Reads a file.
  ///
  /// @throws ConfigException with every problem of the file and of those it includes
  public static WitnessConfig load(Path file) throws ConfigException {
    return load(file, Surroundings.ofThisProcess());
  }

  static WitnessConfig load(Path file, Surroundings surroundings) throws ConfigException {
    List<ConfigProblem> problems = new ArrayList<>();
    List<ConfigLine> lines = new ConfigFileReader(problems).read(file, Optional.empty());
    if (lines.isEmpty() && !problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    Directives directives = new Directives(lines, problems);
    SettingValues values = new SettingValues(file, directives.assigned(), problems);
    for (String name : directives.assigned().keySet()) {
      String section = SettingTable.require(Directives.rowName(name)).section();
      if (!section.equals(SECTION) && !OWN.contains(name)) {
        values.problem(name, "has no meaning for a witness, which only votes; take it out");
      }
    }
    Path data =
        values
            .path("data_directory")
            .orElseGet(() -> surroundings.dataDirectory().resolveSibling("relevo-witness"));
    Path log = values.path("log_file").orElseGet(() -> data.resolve("witness.log"));
    Optional<RaftSettings> raft =
        new RaftSettingsReader(values, directives::warn)
            .read(Member.Kind.WITNESS, surroundings.hostName(), values.text("cluster_name"));
    if (raft.isEmpty() && !values.isSet(RaftSettingsReader.MEMBERS)) {
      values.problem(RaftSettingsReader.MEMBERS, "is needed by a witness; name all members");
    }
    ClusterSettingsReader cluster = new ClusterSettingsReader(values);
    Duration lease = cluster.lease();
    FailoverIntervals intervals = cluster.intervals();
    if (!problems.isEmpty() || raft.isEmpty()) {
      throw new ConfigException(problems);
    }
    return new WitnessConfig(raft.get(), lease, intervals, data, log, directives.warnings());
  }
}

package org.relevo.proxy.console;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.relevo.jmx.contract.StatementCacheInfo;
import org.relevo.jmx.contract.StatementInfo;
import org.relevo.proxy.config.SettingState;

/// What the console shows and does. Called on event loops: nothing here blocks.
public interface ConsoleSource {
  /// Puts a picture together; event loops contribute their parts.
  CompletionStage<Picture> picture(Set<Picture.Part> parts);

  ServiceFacts service();

  List<NodeState> nodes();

  List<DatabaseState> databases();

  List<DatabaseStats> stats();

  StatementCacheInfo statementCache();

  /// What statements cost, by their shape; the most time in all first.
  ///
  /// @param most rows
  List<StatementInfo> statements(int most);

  /// Settings by name, secrets masked.
  List<SettingState> settings();

  /// Begins an act. The stage ends when it is done, with [ConsoleException] when it was refused;
  /// [Act.Pause] and [Act.WaitClose] may take as long as clients do.
  ///
  /// @param who role and address, for the log
  CompletionStage<Void> act(Act act, String who);
}

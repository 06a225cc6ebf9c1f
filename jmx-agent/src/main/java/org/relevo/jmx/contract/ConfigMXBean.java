package org.relevo.jmx.contract;

import java.util.List;

/// The configuration of this service. Passwords are masked everywhere.
public interface ConfigMXBean {
  /// Path of the file on the service's machine.
  String getFile();

  /// Every setting, in the order of the reference; of a section as `pool_mode [user 'app']`.
  List<ConfigSetting> getSettings();

  /// Reads the file and tells what a reload would do; changes nothing.
  @RequiresRole(Role.MONITOR)
  ConfigOutcome check();

  /// Tells what a reload would do if the file were written like this; changes nothing.
  ///
  /// @param text as it would stand in the file
  /// @param added whether it would be added to the end of the present file, instead of replacing it
  /// @throws IllegalArgumentException when it is longer than 1 MB
  @RequiresRole(Role.ADMIN)
  ConfigOutcome checkText(String text, boolean added);

  /// Reads the file and takes it over, or nothing of it when there is a problem.
  @RequiresRole(Role.ADMIN)
  ConfigOutcome reload();
}

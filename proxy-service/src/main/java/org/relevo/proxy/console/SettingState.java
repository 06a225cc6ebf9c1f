package org.relevo.proxy.console;

/// One setting of the configuration.
///
/// @param value masked when it is secret
/// @param reloadable whether a reload changes it
public record SettingState(
    String name, String value, String defaultValue, String description, boolean reloadable) {}

package org.relevo.jmx.contract;

/// One setting as it stands.
///
/// @param value as written, else the default
/// @param defaultValue in angle brackets when it is worked out at start
/// @param place `file:line`, "" when it is not set
/// @param reloadable whether a reload changes it
/// @param awaitsRestart whether the value counts from the next start on only
public record ConfigSetting(
    String section,
    String name,
    String value,
    String defaultValue,
    String place,
    boolean reloadable,
    boolean awaitsRestart,
    String description) {}

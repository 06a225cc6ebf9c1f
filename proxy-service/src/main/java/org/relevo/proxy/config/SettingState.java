package org.relevo.proxy.config;

/// One setting as it stands, for people.
///
/// @param name full name; of a section as in `pool_mode [user 'app']`
/// @param value as written, masked when it is a password; the default when it is not set
/// @param defaultValue in angle brackets when it is worked out at start
/// @param place `file:line`, "" when it is not set
/// @param reloadable whether a reload changes it
public record SettingState(
    String section,
    String name,
    String value,
    String defaultValue,
    String place,
    boolean reloadable,
    String description) {}

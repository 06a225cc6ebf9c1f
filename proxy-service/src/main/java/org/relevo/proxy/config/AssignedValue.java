package org.relevo.proxy.config;

/// A setting's value as written.
///
/// @param value masked in text, as it may be a password
/// @param place `file:line`
record AssignedValue(Secret value, String place) {}

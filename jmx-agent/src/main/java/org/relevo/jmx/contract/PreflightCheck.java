package org.relevo.jmx.contract;

/// One check made before an operation.
///
/// @param evidence what was measured
/// @param limit what it was measured against
/// @param repeatBy the command to repeat it by hand, "" when there is none
public record PreflightCheck(
    String name, CheckResult result, String evidence, String limit, String repeatBy) {}

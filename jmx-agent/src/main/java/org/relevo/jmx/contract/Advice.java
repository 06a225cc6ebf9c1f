package org.relevo.jmx.contract;

/// Something that a person should look at.
///
/// @param rule stable name, such as `autovacuum_behind`
/// @param nodeId -1 for the machine
/// @param subject the table, index, slot, setting or session
/// @param reason why it matters
/// @param evidence what was seen, in figures
/// @param fix a statement or a setting; nothing is done by itself
public record Advice(
    String rule,
    AdviceSeverity severity,
    int nodeId,
    String database,
    String subject,
    String reason,
    String evidence,
    String fix) {}

package org.relevo.proxy.auth.hba;

import java.util.List;

/// One logical line: fields of one or more words, separated by commas in the file.
///
/// @param place `file:line` where it begins
record HbaLine(String place, List<List<HbaToken>> fields) {}

package org.relevo.app.model;

/// What is refreshed together and therefore has one age.
public enum Datum {
  STATUS,
  NODES,
  POOL,
  HOST,
  POSTGRES,
  BENCHMARK,
  EVENTS,
  OPERATION
}
